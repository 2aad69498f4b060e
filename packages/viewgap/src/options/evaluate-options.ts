import type { EvaluateConfig } from '@viewgap/contracts';
import { type Command, Option } from 'commander';
import { anyNumber, pair, wholeNumber } from './values.ts';

const FAMILIES: Readonly<Record<EvaluateConfig['family'], true>> = { findings: true, dataset: true };

export function addFileOptions(command: Command): Command {
  for (const option of fileOptions()) command.addOption(option.conflicts('pipeline'));
  return command;
}

/** Each of these is evaluate's section of a pipeline.json where there is one. */
function fileOptions(): Option[] {
  const option = (flags: string, description: string) => new Option(flags, description);
  return [
    option(
      '--predictions <files...>',
      'without a pipeline: predictions tables (arrow, parquet, csv, xlsx), or folders that predict wrote',
    ),
    option('--from <model>', 'the model that changes are measured from; default: model1'),
    option('--to <model>', 'the model that changes are measured to; default: model2'),
    option('--primary <dataset>', 'the external data set of the two primary tests'),
    option('--findings <names...>', 'the findings in the tables and their means; default: all'),
    option('--map <ours=theirs>', 'a column that has another name, e.g. score=prob; may be repeated')
      .argParser(pair)
      .default({}, 'none'),
    option('--set <column=value>', 'a column with the same value in every row, e.g. dataset=nih')
      .argParser(pair)
      .default({}, 'none'),
    option('--wide <pattern>', 'one column of scores a finding, e.g. "prob_{finding}"'),
    option('--wide-labels <pattern>', 'with --wide: one column of labels a finding').default('{finding}'),
    option('--label-list <column>', 'with --wide: a column that lists the findings present, as "a|b"'),
    option('--labels <file>', 'a table of labels and other columns of the images, joined by image_id'),
    option('--encoding <name>', 'of text tables that are not UTF-8: CP949, CP1252, Shift-JIS, ...'),
    option('--sheet <name>', 'of workbooks: the name or the number of a sheet; default: the first'),
    option('--header-row <line>', 'of text tables and workbooks: the line of the header').argParser(
      wholeNumber(1),
    ),
    option('--label-set <name>', 'which label_set the tables use; default: report, or the first by name'),
    option('--cluster <by>', 'what errors are clustered by: patient, image, or a column; default: patient'),
    option(
      '--groups <columns...>',
      'columns of the images, e.g. sex or scanner, whose values are compared as AP and PA are',
    ),
    option('--family <of>', 'what Holm adjusts over; default: findings').choices(Object.keys(FAMILIES)),
    option(
      '--margin <change>',
      'the least loss of AUROC that matters: a gap narrows only where no view loses it',
    ).argParser(anyNumber),
    option('--level <share>', 'level of the intervals; tests are made at 1 - level; default: 0.95').argParser(
      anyNumber,
    ),
    option(
      '--primary-minimum <patients>',
      'patients of each class in each view for a finding of the primary tests; default: 20',
    ).argParser(wholeNumber(1)),
    option('--seed <number>', 'of the permuted labels and the bootstrap; default: 0').argParser(
      wholeNumber(0),
    ),
    option('--bootstrap <replicates>', 'check the errors by a bootstrap by patient; default: 0').argParser(
      wholeNumber(0),
    ),
  ];
}
