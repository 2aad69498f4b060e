import {
  combine,
  type Estimate,
  type ShareTerm,
  shareContrast,
  shareInterval,
  shareSize,
  type Term,
} from '@viewgap/stats';
import type { Contrast } from './estimates.ts';
import { bounds, type Inferred, infer } from './inference.ts';
import { clustersNoun, type Reading } from './reading.ts';
import { SEEDS_FOR_METHOD } from './seeded.ts';
import type { ImageShare } from './shares.ts';

/** One share of a combination, of each seed that it is the mean over. */
export interface SeededShare {
  readonly weight: number;
  readonly bySeed: readonly [ImageShare, ...ImageShare[]];
}
export type SeededShares = readonly [SeededShare, ...SeededShare[]];

/** The numbers of a share, or of a difference of shares, and what a reader must know of them. */
export interface InferredShare {
  readonly contrast: Inferred['contrast'];
  readonly notes: readonly string[];
}

/**
 * Error, interval and test of a combination of shares: of these weights, and from SEEDS_FOR_METHOD seeds on of the
 * method, as of every contrast. A single share is not tested.
 * @param isTested whether there are clusters enough
 */
export function inferShare(shares: SeededShares, reading: Reading, isTested: boolean): InferredShare {
  const means = shares.map(({ weight, bySeed }): ShareTerm => {
    const images = bySeed.reduce((sum, { n }) => sum + n, 0) / bySeed.length;
    return { weight, estimate: meanOf(bySeed), images };
  }) as [ShareTerm, ...ShareTerm[]];
  return shares[0].bySeed.length < SEEDS_FOR_METHOD
    ? ofWeights(means, reading, isTested)
    : ofMethod(means, shares, reading, isTested);
}

function ofWeights(
  means: readonly [ShareTerm, ...ShareTerm[]],
  reading: Reading,
  isTested: boolean,
): InferredShare {
  const { value, se, clusters, ci, p } = shareContrast(means, reading.level);
  return {
    contrast: {
      estimate: value,
      se,
      ...bounds('ci', ci),
      df: ci && clusters - 1,
      clusters,
      basis: 'weights',
      p: isTested && means.length > 1 ? p() : null,
    },
    notes: ci !== null ? [] : [means.length > 1 && se === 0 ? NO_ERROR : noInterval(clusters, reading)],
  };
}

const NO_ERROR = 'standard error is 0: no interval and no test';

function ofMethod(
  means: readonly [ShareTerm, ...ShareTerm[]],
  shares: SeededShares,
  reading: Reading,
  isTested: boolean,
): InferredShare {
  const bySeed = shares[0].bySeed.map((_, k) =>
    plain(
      combined(shares.map((one) => ({ weight: one.weight, estimate: one.bySeed[k]?.estimate as Estimate }))),
    ),
  );
  const { contrast, note } = infer({ mean: plain(combined(means)), bySeed }, 'difference', reading);
  // Where neither patients nor seeds vary, no distribution is behind the numbers.
  const df = contrast.se === 0 ? null : contrast.df;
  if (means.length > 1) {
    return {
      contrast: { ...contrast, df, p: isTested ? contrast.p : null },
      notes: note === null ? [] : [note],
    };
  }
  const [{ estimate, images }] = means;
  const { se, clusters } = contrast;
  const size = shareSize(estimate, se, images);
  const ci = size === null ? null : shareInterval(estimate.value, size, reading.level, df ?? clusters - 1);
  return {
    contrast: { ...contrast, df: ci && (df ?? clusters - 1), ...bounds('ci', ci), p: null },
    notes: ci === null ? [noInterval(clusters, reading)] : [],
  };
}

function noInterval(clusters: number, reading: Reading): string {
  return clusters < 2
    ? `only one of the ${clustersNoun(reading)}: no standard error`
    : 'the choice of the threshold fixes it: no interval';
}

function meanOf(bySeed: SeededShare['bySeed']): Estimate {
  return combined(bySeed.map(({ estimate }) => ({ weight: 1 / bySeed.length, estimate })));
}

function combined(terms: readonly Term[]): Estimate {
  const [only] = terms;
  if (terms.length === 1 && only?.weight === 1) return only.estimate;
  return combine(terms as [Term, ...Term[]]);
}

/** An estimate as a contrast that is no combination of AUROCs. */
function plain(estimate: Estimate): Contrast {
  return { estimate, missing: null, cells: [], terms: new Map(), remarks: [] };
}
