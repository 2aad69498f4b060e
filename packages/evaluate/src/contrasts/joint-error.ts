import {
  clusterCount,
  clusteredCovariance,
  clusteredError,
  type Estimate,
  type GapPair,
  readersPair,
} from '@viewgap/stats';
import { aurocTerms, strataOfTerms } from './auroc-terms.ts';
import { linear } from './estimates.ts';
import type { Reading } from './reading.ts';
import { SEEDS_FOR_METHOD, type Seeded } from './seeded.ts';

/** Two gaps with their joint covariance, of the method from SEEDS_FOR_METHOD seeds on, and its degrees of freedom. */
export interface JointGaps {
  readonly pair: GapPair;
  readonly df: number;
  readonly basis: 'weights' | 'method';
}

/** null where a gap has no standard error, or one of 0. */
export function jointGaps(first: Seeded, second: Seeded, reading: Reading): JointGaps | null {
  const ofWeights = weightsPair(first.mean.estimate, second.mean.estimate);
  if (ofWeights === null) return null;
  if (first.bySeed.length < SEEDS_FOR_METHOD) {
    return { pair: ofWeights, df: clusterCount(first.mean.estimate as Estimate) - 1, basis: 'weights' };
  }
  const [one, two] = [first.mean, second.mean].map((gap) => aurocTerms(gap, reading));
  const method = readersPair(one ?? [], two ?? [], strataOfTerms(linear([first.mean, second.mean], [1, 1])));
  return method && { ...method, basis: 'method' };
}

function weightsPair(first: Estimate | null, second: Estimate | null): GapPair | null {
  if (first === null || second === null) return null;
  const cov = clusteredCovariance(first, second);
  const [se1, se2] = [clusteredError(first), clusteredError(second)];
  if (cov === null || !se1 || !se2) return null;
  return { gap1: first.value, gap2: second.value, var1: se1 ** 2, var2: se2 ** 2, cov };
}
