export interface SeedRow {
  /** null: the mean over the seeds */
  readonly seed: number | null;
  readonly seeds: readonly number[];
}

/** Seeds of the rows of one model or comparison: always null, their mean, and each by itself where there are several. */
export function seedRows(seeds: readonly number[]): SeedRow[] {
  const each = seeds.length > 1 ? seeds.map((seed) => ({ seed, seeds: [seed] })) : [];
  return [{ seed: null, seeds }, ...each];
}

/** What a row is a mean over. */
export function meanOver(
  ofFindings: boolean,
  { seed, seeds }: SeedRow,
): 'none' | 'findings' | 'seeds' | 'both' {
  const ofSeeds = seed === null && seeds.length > 1;
  return ofFindings ? (ofSeeds ? 'both' : 'findings') : ofSeeds ? 'seeds' : 'none';
}
