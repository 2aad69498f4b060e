import { type Draw, shuffled } from './image-order.ts';

/**
 * Draws of images in which every stratum is as frequent as any other, without end: a round draws one image of each, in a
 * random order, and the images of a stratum take turns. A pure function of seed and strata; only indices are kept.
 * @param strata indices of the images of each; none is empty
 * @param after draws that were made before: the others
 */
export function* balancedDraws(seed: number, strata: readonly Uint32Array[], after = 0): Generator<Draw> {
  let made = 0;
  const turns = strata.map((images, stratum) => turnsOf(seed, stratum, images));
  for (let round = 1; ; round++) {
    const order = shuffled(
      Uint32Array.from(turns, (_, i) => i),
      'round',
      seed,
      round,
    );
    for (const stratum of order) {
      const draw = turns[stratum]?.next().value as Draw;
      if (++made > after) yield draw;
    }
  }
}

function* turnsOf(seed: number, stratum: number, images: Uint32Array): Generator<Draw, never> {
  for (let epoch = 1; ; epoch++) {
    for (const index of shuffled(images.slice(), 'stratum', seed, stratum, epoch)) yield { index, epoch };
  }
}

/**
 * Indices by key: one stratum for each key, in the keys' order.
 * @param keyOf an image by its index
 */
export function strataOf(count: number, keyOf: (index: number) => string): Uint32Array[] {
  const codes = new Map<string, number>();
  const sizes: number[] = [];
  const coded = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const key = keyOf(i);
    const code = codes.get(key) ?? codes.size;
    codes.set(key, code);
    sizes[code] = (sizes[code] ?? 0) + 1;
    coded[i] = code;
  }
  const strata = sizes.map((size) => ({ indices: new Uint32Array(size), filled: 0 }));
  coded.forEach((code, i) => {
    const stratum = strata[code] as (typeof strata)[number];
    stratum.indices[stratum.filled++] = i;
  });
  return [...codes.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, code]) => (strata[code] as (typeof strata)[number]).indices);
}
