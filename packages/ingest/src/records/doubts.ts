import { isLowContrast } from '../pixels/contrast.ts';
import type { Kept } from './shard-writer.ts';

/** What a person should know of images that are used, as lines: those of low contrast, and depths that differ. */
export function doubtsOf(kept: readonly Pick<Kept, 'reading'>[]): string[] {
  return [...lowContrast(kept), ...mixedDepths(kept)];
}

function lowContrast(kept: readonly Pick<Kept, 'reading'>[]): string[] {
  const count = kept.filter(({ reading }) => isLowContrast(reading.greyRange)).length;
  return count === 0 ? [] : [`${count} used, but of low contrast; see which with --explain or on the sheet`];
}

function mixedDepths(kept: readonly Pick<Kept, 'reading'>[]): string[] {
  const counts = new Map<number, number>();
  for (const { reading } of kept) {
    if (reading.depth !== null) counts.set(reading.depth, (counts.get(reading.depth) ?? 0) + 1);
  }
  if (counts.size < 2) return [];
  const list = [...counts].sort(([a], [b]) => a - b).map(([depth, count]) => `${count} of ${depth} bits`);
  return [
    `images of different depths: ${list.join(', ')}; if they are of one, say which: \`depth\` of the source`,
  ];
}
