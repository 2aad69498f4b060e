import { FEWEST_SEEDS, TESTED_SEEDS } from '@viewgap/stats';
import type { Contrast, Contrasts } from './estimates.ts';

/** From this many seeds on, errors are of the method: fewer tell too little of the variance between seeds. */
export const SEEDS_FOR_METHOD = FEWEST_SEEDS;
/** From this many seeds on, the method is tested; before, its interval is descriptive. */
export const SEEDS_FOR_TEST = TESTED_SEEDS;

/** A contrast of the mean over seeds, and of each seed; of each only where the method's error is made from them. */
export interface Seeded {
  readonly mean: Contrast;
  readonly bySeed: readonly Contrast[];
}

export function seeded(seeds: readonly number[], of: (seeds: readonly number[]) => Contrast): Seeded {
  return { mean: of(seeds), bySeed: forMethod(seeds).map((seed) => of([seed])) };
}

/** The contrast of each finding, and last of their mean. */
export function seededWithMean(
  contrasts: Contrasts,
  seeds: readonly number[],
  of: (seeds: readonly number[]) => (finding: string) => Contrast,
): Seeded[] {
  const means = contrasts.withMean(of(seeds));
  const each = forMethod(seeds).map((seed) => contrasts.withMean(of([seed])));
  return means.map((mean, f) => ({ mean, bySeed: each.map((contrasts) => contrasts[f] as Contrast) }));
}

function forMethod(seeds: readonly number[]): readonly number[] {
  return seeds.length < SEEDS_FOR_METHOD ? [] : seeds;
}
