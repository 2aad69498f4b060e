import { ConfigError, type EvaluateConfig, evaluateConfig } from '@viewgap/contracts';
import type { InputLayout } from '@viewgap/evaluate';
import { type Command, Option } from 'commander';

/** The flags of `viewgap evaluate --predictions`, as commander reads them. */
export interface FileOptions {
  readonly predictions?: string[];
  readonly out?: string;
  readonly from: string;
  readonly to: string;
  readonly primary?: string;
  readonly findings?: string[];
  readonly map: string[];
  readonly set: string[];
  readonly wide?: string;
  readonly wideLabels: string;
  readonly labelList?: string;
  readonly labels?: string;
  readonly encoding?: string;
  readonly labelSet?: string;
  readonly cluster: string;
  readonly family: string;
  readonly margin?: string;
  readonly bootstrap: string;
}

export function addFileOptions(command: Command): Command {
  for (const option of fileOptions()) command.addOption(option.conflicts('pipeline'));
  return command;
}

/** Each of these is evaluate's section of a pipeline.json where there is one. */
function fileOptions(): Option[] {
  const collect = (value: string, all: string[]) => [...all, value];
  const option = (flags: string, description: string) => new Option(flags, description);
  return [
    option(
      '--predictions <files...>',
      'predictions tables instead of a pipeline: arrow, csv, tsv, jsonl or parquet',
    ),
    option('--out <folder>', 'where to write, with --predictions'),
    option('--from <model>', 'the model that changes are measured from').default('model1'),
    option('--to <model>', 'the model that changes are measured to').default('model2'),
    option('--primary <dataset>', 'the external data set of the two primary tests'),
    option('--findings <names...>', 'the findings that the tables and their means are of; default: all'),
    option('--map <ours=theirs>', 'a column that has another name, e.g. score=prob; may be repeated')
      .argParser(collect)
      .default([]),
    option('--set <column=value>', 'a column that every row has alike, e.g. dataset=nih')
      .argParser(collect)
      .default([]),
    option('--wide <pattern>', 'one column of scores a finding, e.g. "prob_{finding}"'),
    option('--wide-labels <pattern>', 'with --wide: one column of labels a finding').default('{finding}'),
    option('--label-list <column>', 'with --wide: a column that lists the findings present, separated by |'),
    option('--labels <file>', 'a table of labels and other columns of the images, joined by image_id'),
    option('--encoding <name>', 'of text tables that are not UTF-8: CP949, CP1252, Shift-JIS, ...'),
    option('--label-set <name>', 'which label_set the tables are of; default: report, or the first by name'),
    option('--cluster <by>', 'what errors are clustered by: patient, image, or a column').default('patient'),
    option('--family <of>', 'what Holm adjusts over').choices(['findings', 'dataset']).default('findings'),
    option('--margin <change>', 'equivalence margin: a smaller change of a gap or an AUROC counts as none'),
    option('--bootstrap <replicates>', 'check the errors by a bootstrap by patient').default('0'),
  ];
}

/** @throws ConfigError for a flag that is not `name=value` */
export function layoutOf(options: FileOptions): Omit<InputLayout, 'cluster'> {
  return {
    map: pairsOf('--map', options.map),
    constants: pairsOf('--set', options.set),
    wide: options.wide ?? null,
    wideLabels: options.wideLabels,
    labelList: options.labelList ?? null,
    labels: options.labels ?? null,
    ...(options.encoding !== undefined && { encoding: options.encoding }),
  };
}

/** @throws ConfigError for a value that the config does not take, all at once */
export function configOf(options: FileOptions): EvaluateConfig {
  const { from, to, primary, findings, cluster, family, margin, bootstrap, labelSet } = options;
  const parsed = evaluateConfig.safeParse({
    from,
    to,
    primary: primary ?? null,
    findings: findings ?? null,
    cluster,
    family,
    margin: margin === undefined ? null : Number(margin),
    bootstrap: Number(bootstrap),
    labels: labelSet ?? null,
  });
  if (parsed.success) return parsed.data;
  const flags = parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`);
  throw new ConfigError('flags that evaluate does not take', flags.join('; '), 'see viewgap evaluate --help');
}

function pairsOf(flag: string, pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new ConfigError('not a pair', `${flag} ${pair}`, `write ${flag} name=value`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
