export const BITS = 512;
/** Bits that a film and a crop of it share where the place of the crop is known to 1.5 %; and those that bear the most. */
export const CROP_BITS = 256;
export const COARSE_BITS = 128;
export const WORDS = BITS / 32;

/** Samples along each axis of the hashed part. */
export const SAMPLES = 32;

/** The lowest spatial frequencies but the constant one, nearest first, as (vertical, horizontal). */
const LOWEST = Array.from(
  { length: SAMPLES * SAMPLES - 1 },
  (_, i) => [Math.floor((i + 1) / SAMPLES), (i + 1) % SAMPLES] as const,
)
  .sort(([a, b], [c, d]) => a * a + b * b - (c * c + d * d) || a - c)
  .slice(0, BITS);

const BANDS = COARSE_BITS / 16;

/**
 * The frequency of each bit: lower ones first, 128 by 128; in each 128, bit 16 * band + j is frequency band + 8 * j, so that
 * each 16 bits that an index goes by are from all over the spectrum.
 */
export const FREQUENCIES: readonly (readonly [vertical: number, horizontal: number])[] = Array.from(
  LOWEST,
  (_, bit) => {
    const at = bit % COARSE_BITS;
    return LOWEST[bit - at + (at >> 4) + BANDS * (at & 15)] as readonly [number, number];
  },
);
