/** Bits of a radiograph's values as detectors and their exports have them. */
const USUAL = [8, 10, 12, 14, 16];

/** The smallest usual depth, in bits, whose values reach to `most`. */
export function depthHolding(most: number): number {
  return USUAL.find((bits) => most < 2 ** bits) ?? Math.ceil(Math.log2(most + 1));
}
