import type { Augmentation } from './augmentation.ts';

/** Sampled farther than this from the centres of the film's pixels, a pixel is padding: slack for rounding alone. */
const SLACK = 0.001;

/**
 * One image turned, moved, scaled (bilinear), then given contrast and brightness, rounded to 8 bits. Pixels that show
 * no film are 0. In plain JavaScript, so that every engine is shown the same bytes.
 * @param source uint8 grey [size, size]
 * @param pixels written: uint8 grey [size, size]
 * @param inside written: [size, size], 1 where a pixel shows film, 0 where it is padding
 */
export function writeAugmented(
  source: Uint8Array,
  size: number,
  { transform, contrast, brightness }: Augmentation,
  pixels: Uint8ClampedArray,
  inside: Uint8Array,
): void {
  const [a0, a1, a2, b0, b1, b2] = transform as readonly [number, number, number, number, number, number];
  const last = size - 1;
  const offset = 127.5 - 127.5 * contrast + 255 * brightness;
  for (let y = 0, at = 0; y < size; y++) {
    const rowX = a1 * y + a2;
    const rowY = b1 * y + b2;
    for (let x = 0; x < size; x++, at++) {
      const fromX = a0 * x + rowX;
      const fromY = b0 * x + rowY;
      const nearX = fromX < 0 ? 0 : fromX > last ? last : fromX;
      const nearY = fromY < 0 ? 0 : fromY > last ? last : fromY;
      if (Math.abs(fromX - nearX) + Math.abs(fromY - nearY) > SLACK) {
        pixels[at] = 0;
        inside[at] = 0;
        continue;
      }
      // Truncated, which is the floor here and several times faster than Math.floor.
      const left = nearX < last ? nearX | 0 : last - 1;
      const top = nearY < last ? nearY | 0 : last - 1;
      const right = nearX - left;
      const corner = top * size + left;
      const upper = lerp(source[corner] as number, source[corner + 1] as number, right);
      const lower = lerp(source[corner + size] as number, source[corner + size + 1] as number, right);
      // A clamped array rounds and clips.
      pixels[at] = lerp(upper, lower, nearY - top) * contrast + offset;
      inside[at] = 1;
    }
  }
}

function lerp(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}
