import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { clusteredError, hashUniform } from '@viewgap/stats';
import { changeOf, compare, QUANTITIES } from '../contrasts/comparison.ts';
import { Contrasts } from '../contrasts/estimates.ts';
import { infer } from '../contrasts/inference.ts';
import { joinNotes } from '../contrasts/notes.ts';
import type { Reading } from '../contrasts/reading.ts';
import { seeded } from '../contrasts/seeded.ts';
import { tableOf } from '../contrasts/table.ts';
import { type Dataset, relabelled, UNKNOWN } from '../study/study.ts';

type Control = MetricsRow<'controls'>;

export const table = tableOf(METRICS_TABLES.controls, ({ study, contrasts, seed, reading, notes }) => {
  const permuted = new Contrasts(permuteLabels(contrasts.dataset, seed), study.findings);
  return study.models.flatMap((model) => [
    permutedLabelsRow(permuted, model, reading, notes),
    identicalModelsRow(contrasts, model, notes),
  ]);
});

/**
 * mAUROC (all views, mean over seeds) of one model after the labels have been permuted: 0.5 within its error, that
 * is, outside its 95 % interval in one run of twenty.
 * @param permuted contrasts of the data set that permuteLabels made
 */
export function permutedLabelsRow(
  permuted: Contrasts,
  model: string,
  reading: Reading,
  notes: readonly string[],
): Control {
  const mean = seeded(permuted.levelSeeds(model), (seeds) =>
    permuted.mean((finding) => permuted.auroc(model, seeds, finding, 'all')),
  );
  const { contrast, note } = infer(mean, 'auroc', reading, notes);
  const { estimate, se, ci_low, ci_high } = contrast;
  return {
    dataset: permuted.dataset.name,
    control: 'permuted-labels',
    model,
    estimate,
    se,
    ci_low,
    ci_high,
    note,
  };
}

/**
 * The largest change, of any AUROC or gap, from a model to itself: exactly 0, through the same path as the changes
 * between models.
 */
function identicalModelsRow(contrasts: Contrasts, model: string, notes: readonly string[]): Control {
  const itself = compare(contrasts, model, model);
  const estimates = QUANTITIES.flatMap((quantity) => {
    const delta = changeOf(contrasts, itself, quantity);
    return contrasts.findings.flatMap((finding) => delta(finding).estimate ?? []);
  });
  const some = estimates.length > 0;
  const largest = (numbers: readonly number[]) => numbers.reduce((a, b) => Math.max(a, b), 0);
  return {
    dataset: contrasts.dataset.name,
    control: 'identical-models',
    model,
    estimate: some ? largest(estimates.map(({ value }) => Math.abs(value))) : null,
    se: some ? largest(estimates.map((estimate) => clusteredError(estimate) ?? 0)) : null,
    ci_low: null,
    ci_high: null,
    note: joinNotes([some ? null : 'nothing can be estimated', ...notes]),
  };
}

/**
 * The data set with each finding's labels dealt out again by patient. The images with a known label stand in the
 * order of their patients and receive the labels in another, random order of the patients, so that runs of one
 * patient's labels stay together. The same seed gives the same labels.
 */
export function permuteLabels(dataset: Dataset, seed: number): Dataset {
  const draw = Float64Array.from({ length: dataset.patients }, (_, patient) =>
    hashUniform('permuted-labels', seed, dataset.name, patient),
  );
  const images = Int32Array.from({ length: dataset.images }, (_, i) => i);
  const patientOf = (image: number) => dataset.patient[image] as number;
  const drawOf = (image: number) => draw[patientOf(image)] as number;
  const receivers = images.slice().sort((a, b) => patientOf(a) - patientOf(b) || a - b);
  const givers = images.slice().sort((a, b) => drawOf(a) - drawOf(b) || a - b);
  const labels = dataset.labels.map((column) => {
    const known = (image: number) => column[image] !== UNKNOWN;
    const dealt = column.slice();
    const from = givers.filter(known);
    receivers.filter(known).forEach((image, i) => {
      dealt[image] = column[from[i] as number] as number;
    });
    return dealt;
  });
  return relabelled(dataset, labels);
}
