import { crossed, type Stratification } from './strata.ts';
import { type Dataset, UNKNOWN } from './study.ts';

/** No image weighs more than this many times the share of its view. */
const LEAST_CHANCE = 0.02;

/** Weights of a data set's images for one finding, and what they are made from. */
export interface Weighting {
  /** of each image; 0 where the label or a stratum is not known, or where the stratum has images of one view alone */
  readonly weights: Float64Array;
  /** images of strata that have images of one view alone: nothing can make them comparable */
  readonly unmatched: number;
}

/**
 * Weights under which the images of both views have the same mixture of strata and of the finding: the inverse of the
 * chance of an image's own view among the images of its stratum and label, times that view's share. Strata are crossed
 * (age by sex by source by label), so that no interaction is left out. The chances are estimated, and taken as given
 * afterwards, which makes errors rather too large than too small (Lunceford and Davidian, Statistics in Medicine 2004).
 * @param labels of one finding
 * @returns null where no stratum has images of both views
 */
export function comparableWeights(
  { ap, images }: Dataset,
  labels: Int8Array,
  stratifications: readonly Stratification[],
): Weighting | null {
  const { names, code } = crossed(stratifications, images);
  const used = (i: number) => labels[i] !== UNKNOWN && code[i] !== -1;
  const cellOf = (i: number) => 2 * (code[i] as number) + (labels[i] as number);
  const all = new Int32Array(2 * names.length);
  const inAp = new Int32Array(2 * names.length);
  for (let i = 0; i < images; i++) {
    if (!used(i)) continue;
    const cell = cellOf(i);
    all[cell] = (all[cell] as number) + 1;
    inAp[cell] = (inAp[cell] as number) + (ap[i] as number);
  }
  const matched = all.map((n, cell) => ((inAp[cell] as number) > 0 && (inAp[cell] as number) < n ? n : 0));
  const total = matched.reduce((sum, n) => sum + n, 0);
  if (total === 0) return null;
  const share = inAp.reduce((sum, n, cell) => sum + (matched[cell] === 0 ? 0 : n), 0) / total;
  const weights = new Float64Array(images);
  for (let i = 0; i < images; i++) {
    if (!used(i) || matched[cellOf(i)] === 0) continue;
    const chance = (inAp[cellOf(i)] as number) / (all[cellOf(i)] as number);
    const own = Math.max(LEAST_CHANCE, ap[i] === 1 ? chance : 1 - chance);
    weights[i] = (ap[i] === 1 ? share : 1 - share) / own;
  }
  return { weights, unmatched: all.reduce((sum, n) => sum + n, 0) - total };
}

/** Images that unweighted would give the precision of the weighted ones: (sum w)^2 / sum w^2 (Kish 1965). */
export function effectiveImages(
  { ap, images }: Dataset,
  weights: Float64Array,
): { readonly AP: number; readonly PA: number } {
  const effective = (view: 0 | 1) => {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < images; i++) {
      if (ap[i] !== view) continue;
      sum += weights[i] as number;
      squares += (weights[i] as number) ** 2;
    }
    return squares === 0 ? 0 : sum ** 2 / squares;
  };
  return { AP: effective(1), PA: effective(0) };
}
