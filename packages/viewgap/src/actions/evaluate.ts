import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MANIFEST_NAME, openArtifact, predictFacts, type Sha256, unitPath } from '@viewgap/artifacts';
import { ConfigError, type EvaluateConfig, evaluateConfig } from '@viewgap/contracts';
import type { EvaluateOptions, InputLayout } from '@viewgap/evaluate';
import { readSettingsFile } from '../pipeline/settings-file.ts';
import { openWorkplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

export interface EvaluateFlags {
  readonly pipeline?: string;
  readonly settings?: string;
  readonly out?: string;
  readonly predictions?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly primary?: string;
  readonly findings?: string[];
  readonly map: Readonly<Record<string, string>>;
  readonly set: Readonly<Record<string, string>>;
  readonly wide?: string;
  readonly wideLabels: string;
  readonly labelList?: string;
  readonly labels?: string;
  readonly encoding?: string;
  readonly sheet?: string;
  readonly headerRow?: number;
  readonly labelSet?: string;
  readonly cluster?: string;
  readonly groups?: string[];
  readonly family?: string;
  readonly margin?: number;
  readonly level?: number;
  readonly primaryMinimum?: number;
  readonly seed?: number;
  readonly bootstrap?: number;
}

export async function evaluate(flags: EvaluateFlags, context: Context): Promise<void> {
  if (flags.pipeline !== undefined) await evaluatePipeline(flags.pipeline, context);
  else await evaluateFiles(flags, context);
}

/** Predictions tables, and the manifests that they come from by the name of their unit. */
type Predictions = Pick<EvaluateOptions, 'predictions' | 'inputs' | 'order'>;

async function evaluatePipeline(folder: string, context: Context): Promise<void> {
  const place = await openWorkplace(folder, context);
  const { config } = place.pipeline;
  const found: Predictions[] = [];
  for (const model of Object.keys(config.train.models)) {
    for (const seed of config.train.seeds) {
      const unit = unitPath.predict(model, seed);
      found.push(await predictionsIn(place.unit(unit), place.rebuild(unit)));
    }
  }
  const { evaluatePredictions } = await import('@viewgap/evaluate');
  await evaluatePredictions({
    ...joined(found),
    config: config.evaluate,
    out: place.unit(unitPath.evaluate()),
    progress: context.progress,
    clock: context.clock,
  });
}

async function evaluateFiles(flags: EvaluateFlags, context: Context): Promise<void> {
  const { predictions, out } = flags;
  if (!predictions || !out) {
    throw new ConfigError(
      'nothing to evaluate',
      'no --pipeline',
      'give --pipeline <folder>, or --predictions <files...> --out <folder>',
    );
  }
  const at = (path: string) => resolve(context.cwd, path);
  const config = configOf(flags, (await readSettingsFile(flags.settings, context)).evaluate);
  const layout = layoutOf(flags);
  const folder = at(out);
  await refuseForeignFiles(folder);
  const found: Predictions[] = [];
  for (const path of predictions.map(at)) found.push(await predictionsAt(path));
  const { evaluatePredictions } = await import('@viewgap/evaluate');
  const artifact = await evaluatePredictions({
    ...joined(found),
    config,
    ...(flags.seed !== undefined && { seed: flags.seed }),
    layout: { ...layout, labels: layout.labels === null ? null : at(layout.labels) },
    out: folder,
    progress: context.progress,
    clock: context.clock,
  });
  context.print(`metrics: ${join(artifact.folder, 'metrics.json')}`);
}

/** @param path of a table, or of a folder that predict wrote */
async function predictionsAt(path: string): Promise<Predictions> {
  const names = await readdir(path).catch((): string[] => []);
  if (names.includes(MANIFEST_NAME)) return predictionsIn(path, 'run viewgap predict again');
  return { predictions: [path], inputs: {} };
}

/** @param folder that predict wrote */
async function predictionsIn(folder: string, rebuild: string): Promise<Predictions> {
  const artifact = await openArtifact(folder, 'predict', { rebuild });
  const { name, seed, findings } = predictFacts(artifact, rebuild);
  return {
    predictions: [join(artifact.folder, 'predictions.arrow')],
    inputs: { [unitPath.predict(name, seed)]: artifact.sha256 },
    order: findings,
  };
}

function joined(all: readonly Predictions[]): Predictions {
  const inputs: Record<string, Sha256> = {};
  for (const one of all) Object.assign(inputs, one.inputs);
  const order = all.find((one) => one.order)?.order;
  return { predictions: all.flatMap(({ predictions }) => predictions), inputs, ...(order && { order }) };
}

function layoutOf(flags: EvaluateFlags): Omit<InputLayout, 'cluster'> {
  return {
    map: flags.map,
    constants: flags.set,
    wide: flags.wide ?? null,
    wideLabels: flags.wideLabels,
    labelList: flags.labelList ?? null,
    labels: flags.labels ?? null,
    encoding: flags.encoding,
    sheet: flags.sheet !== undefined && /^\d+$/.test(flags.sheet) ? Number(flags.sheet) : flags.sheet,
    headerRow: flags.headerRow,
  };
}

/** The section `evaluate` of the settings, with what flags say in its place. @throws ConfigError for a value out of range */
function configOf(flags: EvaluateFlags, section: EvaluateConfig): EvaluateConfig {
  const { from, to, primary, findings, cluster, groups, family, margin, level, primaryMinimum } = flags;
  const tests = { family, margin, level, primaryMinimum, bootstrap: flags.bootstrap };
  const given = { from, to, primary, findings, cluster, groups, labels: flags.labelSet, ...tests };
  const parsed = evaluateConfig.safeParse({
    ...section,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  });
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `--${kebab(path.join('.'))}: ${message}`);
  throw new ConfigError(
    'evaluate does not take these flags',
    wrong.join('; '),
    'see viewgap evaluate --help',
  );
}

/** `primaryMinimum` as its flag is called. */
function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What evaluate writes, finished or killed. */
const OWN = /^(metrics\.json|metrics\.duckdb(\.wal)?|manifest\.json|run\.json|\.tmp-.*)$/;

/** A stage empties its folder before it writes: one that holds anything else is not evaluate's to empty. */
async function refuseForeignFiles(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const foreign = names.find((name) => !OWN.test(name));
  if (foreign === undefined) return;
  throw new ConfigError(
    '--out holds a file that evaluate did not write',
    join(folder, foreign),
    'name an empty folder',
  );
}
