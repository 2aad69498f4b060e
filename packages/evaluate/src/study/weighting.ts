import { expit, fitLogistic } from '@viewgap/stats';
import type { Stratification } from './strata.ts';
import { type Dataset, UNKNOWN } from './study.ts';

/** No image weighs more than this many times the share of its view. */
const LEAST_CHANCE = 0.02;

/**
 * Weights under which the images of both views have the same mixture of strata and of the finding: the inverse of the
 * chance of an image's own view, by logistic regression of the view on the strata and the label, times that view's share.
 * They are estimated, and taken as given afterwards, which makes errors rather too large than too small
 * (Lunceford and Davidian, Statistics in Medicine 2004).
 * @param labels of one finding; images where it is not known weigh nothing
 * @returns null where the views can be told apart by the strata alone
 */
export function comparableWeights(
  { ap, images }: Dataset,
  labels: Int8Array,
  stratifications: readonly Stratification[],
): Float64Array | null {
  const used: number[] = [];
  for (let i = 0; i < images; i++) if (labels[i] !== UNKNOWN) used.push(i);
  const indicator = (of: (image: number) => boolean) => Float64Array.from(used, (i) => (of(i) ? 1 : 0));
  const columns = [
    indicator(() => true),
    indicator((i) => labels[i] === 1),
    ...stratifications.flatMap(({ names, code }) =>
      names.slice(1).map((_, s) => indicator((i) => code[i] === s + 1)),
    ),
  ].filter((column, c) => c === 0 || varies(column));
  const views = Float64Array.from(used, (i) => ap[i] as number);
  const beta = fitLogistic(columns, views);
  if (beta === null) return null;
  const share = views.reduce((sum, view) => sum + view, 0) / used.length;
  const weights = new Float64Array(images);
  used.forEach((i, k) => {
    const chance = expit(
      columns.reduce((sum, column, c) => sum + (column[k] as number) * (beta[c] as number), 0),
    );
    const own = Math.max(LEAST_CHANCE, ap[i] === 1 ? chance : 1 - chance);
    weights[i] = (ap[i] === 1 ? share : 1 - share) / own;
  });
  return weights;
}

function varies(column: Float64Array): boolean {
  return column.some((value) => value !== column[0]);
}
