import type { MetricsRow } from '@viewgap/contracts/metrics';
import { combine, type Estimate, NEGATIVE, POSITIVE } from '@viewgap/stats';
import type { CellView } from '../study/label-counts.ts';
import type { Calls } from './calls.ts';

export type Measure = MetricsRow<'operating_points'>['measure'];

/** A share of images, with its influence per cluster. */
export interface ImageShare {
  readonly estimate: Estimate;
  /** images that it is a share of, and how many of them are right; of one at a prevalence those of the view */
  readonly n: number;
  readonly hits: number | null;
}

type Side = readonly [label: 0 | 1, call: 0 | 1];

/** Which images each measure counts: those that are right, and those that are wrong. */
const SIDES: Readonly<Record<'sensitivity' | 'specificity' | 'ppv' | 'npv', { right: Side; wrong: Side }>> = {
  sensitivity: { right: [POSITIVE, 1], wrong: [POSITIVE, 0] },
  specificity: { right: [NEGATIVE, 0], wrong: [NEGATIVE, 1] },
  ppv: { right: [POSITIVE, 1], wrong: [NEGATIVE, 1] },
  npv: { right: [NEGATIVE, 0], wrong: [POSITIVE, 0] },
};

/**
 * A measure in a view; null where it is a share of no image.
 * @param prevalence of ppv_at_prevalence and npv_at_prevalence, taken as given
 */
export function shareOf(
  calls: Calls,
  view: CellView,
  measure: Measure,
  prevalence: number,
): ImageShare | null {
  return measure === 'ppv_at_prevalence' || measure === 'npv_at_prevalence'
    ? atPrevalence(calls, view, measure, prevalence)
    : countedShare(calls, view, measure);
}

/** Influence of a cluster: (hits - share x images) / n, and what moves with a threshold that these images chose. */
function countedShare(calls: Calls, view: CellView, measure: keyof typeof SIDES): ImageShare | null {
  const { right, wrong } = SIDES[measure];
  const [hits, misses] = [right, wrong].map(([label, call]) => calls.at(view, label, call)) as [
    (g: number) => number,
    (g: number) => number,
  ];
  let [n, total] = [0, 0];
  for (let g = 0; g < calls.clusters; g++) {
    total += hits(g);
    n += hits(g) + misses(g);
  }
  if (n === 0) return null;
  const value = total / n;
  const { drift } = calls;
  const slope = drift === null ? 0 : slopeOf(calls, view, measure);
  const influence = new Float64Array(calls.clusters);
  const members = new Uint8Array(calls.clusters);
  for (let g = 0; g < influence.length; g++) {
    const images = hits(g) + misses(g);
    const moved = slope === 0 ? 0 : slope * ((drift as Float64Array)[g] as number);
    influence[g] = (hits(g) - images * value) / n + moved;
    // Those that only moved the threshold are no members: a few clusters are few whatever there is beside them.
    if (images > 0) members[g] = 1;
  }
  return { estimate: { value, influence, members }, n, hits: total };
}

/**
 * Change of a measure with the threshold, over the density of the choosing images at the threshold: what is there is
 * called otherwise where it moves up. For sensitivity at a fixed specificity this is the error of Greenhouse and Mantel
 * (Biometrics 1950) and Linnet (Clinical Chemistry 1987), per cluster.
 */
function slopeOf(calls: Calls, view: CellView, measure: keyof typeof SIDES): number {
  const { positives, negatives } = calls.of(view);
  const ratio = (label: 0 | 1) => calls.densityRatio(view, label);
  const lost = (positives.yes + positives.no) * ratio(POSITIVE);
  const spared = (negatives.yes + negatives.no) * ratio(NEGATIVE);
  switch (measure) {
    case 'sensitivity':
      return -ratio(POSITIVE);
    case 'specificity':
      return ratio(NEGATIVE);
    case 'ppv':
      return (positives.yes * spared - negatives.yes * lost) / (positives.yes + negatives.yes) ** 2;
    case 'npv':
      return (positives.no * spared - negatives.no * lost) / (positives.no + negatives.no) ** 2;
  }
}

/** By Bayes' rule from sensitivity and specificity, and by the delta method (Mercaldo, Statistics in Medicine 2007). */
function atPrevalence(
  calls: Calls,
  view: CellView,
  measure: 'ppv_at_prevalence' | 'npv_at_prevalence',
  prevalence: number,
): ImageShare | null {
  const sensitivity = countedShare(calls, view, 'sensitivity');
  const specificity = countedShare(calls, view, 'specificity');
  if (sensitivity === null || specificity === null) return null;
  const [sens, spec] = [sensitivity.estimate.value, specificity.estimate.value];
  const other = 1 - prevalence;
  const isPpv = measure === 'ppv_at_prevalence';
  const right = isPpv ? prevalence * sens : other * spec;
  const wrong = isPpv ? other * (1 - spec) : prevalence * (1 - sens);
  if (right + wrong === 0) return null;
  const scale = (prevalence * other) / (right + wrong) ** 2;
  const estimate = combine([
    { weight: scale * (isPpv ? 1 - spec : spec), estimate: sensitivity.estimate },
    { weight: scale * (isPpv ? sens : 1 - sens), estimate: specificity.estimate },
  ]);
  const value = right / (right + wrong);
  return { estimate: { ...estimate, value }, n: sensitivity.n + specificity.n, hits: null };
}
