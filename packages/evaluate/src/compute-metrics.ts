import { ConfigError, type EvaluateConfig, type Metrics, nearestName } from '@viewgap/contracts';
import { absGapChangeRows } from './abs-gap-changes.ts';
import { cellRows, gapRows } from './cells.ts';
import { changeRows, compare } from './changes.ts';
import { checkRows } from './checks.ts';
import { Contrasts } from './contrasts.ts';
import { identicalModelsRow, permutedLabelsRow, permuteLabels } from './controls.ts';
import type { Dataset, Study } from './study.ts';
import { joinNotes, type Reading } from './summary.ts';

/**
 * Simulated with 45 AP and 101 PA images and no true gap, the test of a gap at a nominal 5 % rejects in 28, 17, 10, 8, 7
 * and 5 % of 4,000 trials with 2, 3, 5, 7, 10 and 20 positive AP patients.
 */
const READING: Reading = { level: 0.95, few_patients: 50, no_test_below: 5 };

export interface MetricsOptions {
  readonly config: EvaluateConfig;
  /** of the permuted labels */
  readonly seed: number;
  /** called after each model of each data set */
  readonly onModel?: (dataset: string, model: string) => void;
}

/**
 * All tables of metrics.json, from the scores. A pure function: the same study, config and seed give the same
 * numbers to the last bit.
 * @throws ConfigError where several models were scored and config.from or config.to is none of them
 */
export function computeMetrics(study: Study, { config, seed, onModel }: MetricsOptions): Metrics {
  const comparable = checkComparison(study.models, config);
  const tables = study.datasets.map((dataset) => {
    const contrasts = new Contrasts(dataset, study.findings);
    const permuted = new Contrasts(permuteLabels(dataset, seed), study.findings);
    const notes = datasetNotes(dataset);
    const comparison = compare(contrasts, config.from, config.to);
    const models = study.models.map((model) => {
      const rows = {
        cells: cellRows(contrasts, model, READING, notes),
        gaps: gapRows(contrasts, model, READING, notes),
        checks: checkRows(contrasts, model, notes),
        controls: [
          permutedLabelsRow(permuted, model, READING, notes),
          identicalModelsRow(contrasts, model, notes),
        ],
      };
      onModel?.(dataset.name, model);
      return rows;
    });
    return {
      dataset: datasetRow(dataset),
      models,
      changes: comparable ? changeRows(contrasts, comparison, READING, notes) : [],
      absGapChanges: comparable ? absGapChangeRows(contrasts, comparison, READING, notes) : [],
    };
  });
  const ofModels = tables.flatMap(({ models }) => models);
  return {
    schema: 1,
    datasets: tables.map(({ dataset }) => dataset),
    models: [...study.models],
    seeds: [...study.seeds],
    findings: [...study.findings],
    primary: config.primary,
    settings: { from: config.from, to: config.to, cluster: clusterOf(study.datasets), ...READING },
    cells: ofModels.flatMap(({ cells }) => cells),
    gaps: ofModels.flatMap(({ gaps }) => gaps),
    changes: tables.flatMap(({ changes }) => changes),
    abs_gap_changes: tables.flatMap(({ absGapChanges }) => absGapChanges),
    checks: ofModels.flatMap(({ checks }) => checks),
    controls: ofModels.flatMap(({ controls }) => controls),
  };
}

/** One model alone has no changes; of several, both ends of the change must be there. */
function checkComparison(models: readonly string[], config: EvaluateConfig): boolean {
  const absent = (['from', 'to'] as const).find((end) => !models.includes(config[end]));
  if (absent === undefined) return true;
  if (models.length < 2) return false;
  const other = absent === 'from' ? config.to : config.from;
  const known = models.filter((model) => model !== other);
  throw new ConfigError(
    `the predictions hold no model of evaluate.${absent}`,
    config[absent],
    `${nearestName(config[absent], known)} set it in pipeline.json, or with --${absent}`,
  );
}

function clusterOf(datasets: readonly Dataset[]): 'patient' | 'image' {
  return datasets.every(({ images, orphans }) => images === orphans) ? 'image' : 'patient';
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
