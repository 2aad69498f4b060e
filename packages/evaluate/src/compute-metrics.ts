import { ConfigError, type EvaluateConfig, type Metrics, nearestName } from '@viewgap/contracts';
import { Contrasts } from './study/estimates.ts';
import type { Dataset, Study } from './study/study.ts';
import { MEAN } from './study/study.ts';
import { joinNotes, type Reading } from './study/summary.ts';
import { absGapChangeRows } from './tables/abs-gap-changes.ts';
import { adjustedRows } from './tables/adjusted.ts';
import { calibrationRows } from './tables/calibration.ts';
import { cellRows, gapRows } from './tables/cells.ts';
import { changeRows, compare } from './tables/changes.ts';
import { checkRows } from './tables/checks.ts';
import { identicalModelsRow, permutedLabelsRow, permuteLabels } from './tables/controls.ts';
import { imageLevelRows } from './tables/image-level.ts';
import { operatingPointRows } from './tables/operating-points.ts';
import { powerRows } from './tables/power.ts';
import { primaryTests } from './tables/primary-tests.ts';
import { aurocSubjects, changeSubjects, gapSubjects } from './tables/quantity.ts';
import { rocRows } from './tables/roc.ts';
import { sensitivityRows } from './tables/sensitivity.ts';
import { sourceRows } from './tables/sources.ts';

/**
 * Simulated with 45 AP and 101 PA images and no true gap, the test of a gap at a nominal 5 % rejects in 28, 17, 10, 8, 7
 * and 5 % of 4,000 trials with 2, 3, 5, 7, 10 and 20 positive AP patients.
 */
export const READING: Reading = { level: 0.95, few_patients: 50, no_test_below: 5 };

export interface MetricsOptions {
  readonly config: EvaluateConfig;
  /** of the permuted labels */
  readonly seed: number;
  /** called after each model of each data set */
  readonly onModel?: (dataset: string, model: string) => void;
}

/**
 * All tables of metrics.json but the bootstrap's, from the scores. A pure function: the same study, config and seed
 * give the same numbers to the last bit.
 * @throws ConfigError where several models were scored and config.from or config.to is none of them, and where
 * config.primary is no data set
 */
export function computeMetrics(study: Study, { config, seed, onModel }: MetricsOptions): Metrics {
  checkComparison(study.models, config);
  const pairs = comparedPairs(study.models, config);
  const { family, margin } = config;
  const tables = study.datasets.map((dataset) => {
    const task: DatasetTask = { study, contrasts: new Contrasts(dataset, study.findings), pairs, config };
    return {
      ...modelTables(task, new Contrasts(permuteLabels(dataset, seed), study.findings), onModel),
      ...changeTables(task),
    };
  });
  const all = <Name extends keyof (typeof tables)[number]>(name: Name) =>
    tables.flatMap((table) => table[name] as (typeof tables)[number][Name][number][]);
  const changes = all('changes');
  return {
    schema: 1,
    datasets: study.datasets.map(datasetRow),
    models: [...study.models],
    seeds: [...study.seeds],
    findings: [...study.findings],
    primary: config.primary,
    settings: {
      from: config.from,
      to: config.to,
      cluster: clusterOf(study.datasets, config.cluster),
      ...READING,
      margin,
      bootstrap: config.bootstrap,
      family,
    },
    primary_tests: primaryTests(
      study.datasets.map(({ name }) => name),
      changes,
      config,
    ),
    cells: all('cells'),
    gaps: all('gaps'),
    changes,
    abs_gap_changes: all('abs_gap_changes'),
    checks: all('checks'),
    controls: all('controls'),
    image_level: all('image_level'),
    bootstrap: [],
    sensitivity: all('sensitivity'),
    adjusted: all('adjusted'),
    calibration: all('calibration'),
    operating_points: all('operating_points'),
    sources: all('sources'),
    power: all('power'),
    roc: all('roc'),
  };
}

/** One data set's part of the work. */
interface DatasetTask {
  readonly study: Study;
  readonly contrasts: Contrasts;
  readonly pairs: readonly (readonly [from: string, to: string])[];
  readonly config: EvaluateConfig;
}

/** Tables of each model by itself. */
function modelTables(
  { study, contrasts }: DatasetTask,
  permuted: Contrasts,
  onModel: MetricsOptions['onModel'],
) {
  const notes = datasetNotes(contrasts.dataset);
  const models = study.models.map((model) => {
    const rows = {
      cells: cellRows(contrasts, model, READING, notes),
      gaps: gapRows(contrasts, model, READING, notes),
      checks: checkRows(contrasts, model, READING, notes),
      controls: [
        permutedLabelsRow(permuted, model, READING, notes),
        identicalModelsRow(contrasts, model, notes),
      ],
      calibration: calibrationRows(contrasts, model, study.validation),
      operating_points: operatingPointRows(contrasts, model, study.validation, READING),
      roc: rocRows(contrasts, model),
    };
    onModel?.(contrasts.dataset.name, model);
    return rows;
  });
  return {
    cells: models.flatMap(({ cells }) => cells),
    gaps: models.flatMap(({ gaps }) => gaps),
    checks: models.flatMap(({ checks }) => checks),
    controls: models.flatMap(({ controls }) => controls),
    calibration: models.flatMap(({ calibration }) => calibration),
    operating_points: models.flatMap(({ operating_points }) => operating_points),
    roc: models.flatMap(({ roc }) => roc),
    sources: sourceRows(contrasts, study.models, READING),
  };
}

/** Tables of the changes between models, and those that hold changes and gaps side by side. */
function changeTables({ study, contrasts, pairs, config }: DatasetTask) {
  const notes = datasetNotes(contrasts.dataset);
  const { models, findings } = study;
  const reading = { ...READING, family: config.family, margin: config.margin };
  const comparisons = pairs.map(([from, to]) => compare(contrasts, from, to));
  const gaps = models.flatMap((model) => gapSubjects(model, findings));
  const changes = pairs.flatMap(([from, to]) => changeSubjects(from, to, findings));
  const ofGap = changes.filter(({ of }) => of === 'change_of_gap');
  const aurocs = models.flatMap((model) => aurocSubjects(model, findings));
  return {
    changes: comparisons.flatMap((one) => changeRows(contrasts, one, reading, notes)),
    abs_gap_changes: comparisons.flatMap((one) => absGapChangeRows(contrasts, one, READING, notes)),
    image_level: imageLevelRows(contrasts, [...aurocs, ...gaps, ...changes], READING.level),
    sensitivity: sensitivityRows(contrasts, [...gaps, ...changes], READING, config.from),
    adjusted: adjustedRows(
      contrasts,
      [...gaps, ...ofGap].filter(({ finding }) => finding !== MEAN),
      READING,
    ),
    power: powerRows(contrasts, changes, READING, config.margin),
  };
}

/** Every pair of models, the declared one first; none of one model. */
export function comparedPairs(
  models: readonly string[],
  { from, to }: EvaluateConfig,
): [from: string, to: string][] {
  if (models.length < 2) return [];
  const others = models.flatMap((a, i) => models.slice(i + 1).map((b): [string, string] => [a, b]));
  const declared = (pair: readonly string[]) => pair.includes(from) && pair.includes(to);
  return [[from, to], ...others.filter((pair) => !declared(pair))];
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

function clusterOf(datasets: readonly Dataset[], wanted: string): string {
  return datasets.every(({ images, orphans }) => images === orphans) ? 'image' : wanted;
}

function datasetNotes({ images, orphans }: Dataset): string[] {
  if (orphans === 0) return [];
  return [
    orphans === images
      ? 'no patient ids: each image is its own cluster, so that standard errors are too small where patients have several images'
      : `images without a patient id, each its own cluster: ${orphans}`,
  ];
}

function datasetRow(dataset: Dataset): Metrics['datasets'][number] {
  const { name, split, images, patients, otherViews, otherSplits } = dataset;
  return {
    dataset: name,
    split,
    images,
    patients,
    excluded: Object.values(otherViews).reduce((sum, count) => sum + count, 0),
    note: joinNotes([
      tallied('in no view', otherViews),
      tallied('left out by split', otherSplits),
      ...datasetNotes(dataset),
    ]),
  };
}

function tallied(what: string, counts: Readonly<Record<string, number>>): string | null {
  const parts = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return parts.length === 0 ? null : `${what}: ${parts.join(', ')}`;
}
