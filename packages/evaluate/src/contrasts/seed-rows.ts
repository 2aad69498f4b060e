/**
 * Seeds of the rows of one model: always null, the mean over its seeds (of one seed: that seed), and each seed by
 * itself where there are several.
 */
export function seedRows(seeds: readonly number[]): { seed: number | null; of: readonly number[] }[] {
  const each = seeds.length > 1 ? seeds.map((seed) => ({ seed, of: [seed] })) : [];
  return [{ seed: null, of: seeds }, ...each];
}
