import {
  ConfigError,
  type EvaluateConfig,
  type Metrics,
  nearestName,
  type Progress,
} from '@viewgap/contracts';
import { writtenMetrics } from '@viewgap/contracts/metrics';
import { comparedPairs } from './contrasts/comparison.ts';
import { READING, readingOf } from './contrasts/reading.ts';
import type { DatasetTable, StudyTable, StudyTask } from './contrasts/table.ts';
import { datasetRows } from './dataset-rows.ts';
import { metricsTables, ownShapes } from './metrics-tables.ts';
import { checkGroups } from './study/groupings.ts';
import type { Dataset, Study } from './study/study.ts';

export interface MetricsOptions {
  readonly config: EvaluateConfig;
  /** of the permuted labels and the bootstrap */
  readonly seed: number;
  readonly progress: Progress;
  /** names of the tables that are wanted, the others are left empty; all where it is not given */
  readonly only?: readonly string[];
}

type Rows = readonly object[];

/**
 * All tables of metrics.json, from the scores: the same study, config and seed give the same numbers to the last bit.
 * @throws ConfigError where several models were scored and config.from or config.to is none of them, where config.primary
 * is no data set, where a threshold is of no model or finding, and where a column of config.groups groups nothing
 */
export async function computeMetrics(
  study: Study,
  { config, seed, progress, only }: MetricsOptions,
): Promise<Metrics> {
  checkComparison(study.models, config);
  checkPrimary(study.datasets, config);
  checkThresholds(study, config);
  checkGroups(study.datasets, config.groups);
  const tables = await metricsTables();
  const cluster = clusterOf(study.datasets, config.cluster);
  const pairs = comparedPairs(study.models, config);
  const task: StudyTask = { study, config, seed, progress, pairs, reading: readingOf(config.level, cluster) };
  const wanted = tables.filter(({ shape }) => only?.includes(shape.name) ?? true);
  const byDataset = wanted.filter((table): table is DatasetTable => 'rows' in table);
  const byStudy = wanted.filter((table): table is StudyTable => 'studyRows' in table);
  const computed: Record<string, Rows> = Object.fromEntries(tables.map(({ shape }) => [shape.name, []]));
  Object.assign(computed, await datasetRows(task, byDataset));
  for (const { shape, studyRows } of byStudy) computed[shape.name] = await studyRows(task);
  const { from, to, level, margin, primaryMinimum, bootstrap, family, primary } = config;
  const { thresholdRule, specificity } = config;
  return writtenMetrics(ownShapes(tables)).parse({
    schema: 1,
    models: study.models,
    seeds: study.seeds,
    findings: study.findings,
    primary,
    settings: {
      from,
      to,
      cluster,
      level,
      ...READING,
      primary_minimum: primaryMinimum,
      margin,
      threshold_rule: thresholdRule,
      specificity,
      bootstrap,
      family,
    },
    ...computed,
  });
}

/** One model alone has no changes; of several, both ends of the change must be there. */
function checkComparison(models: readonly string[], config: EvaluateConfig): void {
  const absent = (['from', 'to'] as const).find((end) => !models.includes(config[end]));
  if (absent === undefined || models.length < 2) return;
  const other = absent === 'from' ? config.to : config.from;
  const known = models.filter((model) => model !== other);
  throw new ConfigError(
    `the predictions hold no model of evaluate.${absent}`,
    config[absent],
    `${nearestName(config[absent], known)} set it in pipeline.json, or with --${absent}`,
  );
}

function checkPrimary(datasets: readonly Dataset[], { primary }: EvaluateConfig): void {
  const names = datasets.map(({ name }) => name);
  if (primary === null || names.includes(primary)) return;
  throw new ConfigError(
    'the predictions hold no data set of evaluate.primary',
    primary,
    nearestName(primary, names),
  );
}

function checkThresholds({ models, findings }: Study, { thresholds }: EvaluateConfig): void {
  const check = (what: string, name: string, known: readonly string[]) => {
    if (known.includes(name)) return;
    throw new ConfigError(
      `the predictions hold no ${what} of evaluate.thresholds`,
      name,
      nearestName(name, known),
    );
  };
  for (const [model, byFinding] of Object.entries(thresholds)) {
    check('model', model, models);
    for (const finding of Object.keys(byFinding)) check('finding', finding, findings);
  }
}

function clusterOf(datasets: readonly Dataset[], wanted: string): string {
  return datasets.every(({ images, orphans }) => images === orphans) ? 'image' : wanted;
}
