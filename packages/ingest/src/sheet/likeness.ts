import type { Grey } from '@viewgap/shards/grey';
import type { Resizer } from '../pixels/resize.ts';

const EDGE = 12;

/**
 * What chest films have in common: the mean of 451 standardised radiographs of NIH ChestX-ray14 (Wang et al., CVPR
 * 2017; of the patients with even numbers in bench/chest-likeness.ts), in 32nds of a standard deviation, row by row.
 */
const MEAN_CHEST: readonly number[] = [
  -63, -59, -54, -44, -17, 5, 5, -16, -42, -52, -54, -58, -37, -26, -22, -19, -12, 3, 5, -11, -19, -21, -23,
  -35, -9, 2, -1, -13, -17, -1, 2, -16, -15, -3, 1, -9, 3, 11, 1, -21, -25, -2, 4, -22, -23, -3, 9, 2, 4, 11,
  -2, -24, -24, 3, 10, -18, -25, -5, 9, 2, -2, 9, -3, -23, -16, 12, 19, -6, -20, -6, 7, -3, -10, 6, -2, -15,
  -6, 20, 26, 7, -10, -4, 4, -9, -16, 4, 2, -2, 7, 28, 33, 20, 3, 0, 2, -14, -22, 2, 12, 16, 23, 35, 38, 28,
  16, 8, 1, -20, -28, 2, 22, 30, 35, 41, 42, 36, 28, 17, 0, -26, -33, 2, 28, 38, 43, 46, 46, 42, 35, 23, 0,
  -32, -32, 3, 30, 40, 45, 47, 47, 43, 38, 26, 2, -33,
];

/** Greys at a film's ends up to this one are its border. */
const BLACK = 8;

/**
 * How unlike a chest film the image looks: 1 minus its correlation with the mean chest, both at 12 x 12 pixels and
 * without black borders; from 0 to 2, and 1 for an image of one grey. For a person who looks at the most unlike ones first,
 * no proof (figures in docs/benchmarks/ingest.md).
 */
export function unlikeness(film: Grey, resizer: Resizer): number {
  const pixels = resizer.stretch(withoutBorders(film), EDGE);
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  let [product, square, template] = [0, 0, 0];
  for (const [i, value] of pixels.entries()) {
    const chest = MEAN_CHEST[i] as number;
    product += (value - mean) * chest;
    square += (value - mean) ** 2;
    template += chest ** 2;
  }
  return square === 0 ? 1 : 1 - product / Math.sqrt(square * template);
}

function withoutBorders({ width, height, pixels }: Grey): Grey {
  const isBlackRow = (y: number) =>
    pixels.subarray(y * width, (y + 1) * width).every((value) => value <= BLACK);
  let [top, bottom] = [0, height];
  while (top < bottom && isBlackRow(top)) top++;
  while (bottom > top && isBlackRow(bottom - 1)) bottom--;
  const isBlackColumn = (x: number) => {
    for (let y = top; y < bottom; y++) if ((pixels[y * width + x] as number) > BLACK) return false;
    return true;
  };
  let [left, right] = [0, width];
  while (left < right && isBlackColumn(left)) left++;
  while (right > left && isBlackColumn(right - 1)) right--;
  if (top === bottom || left === right) return { width, height, pixels };
  const inner = new Uint8Array((right - left) * (bottom - top));
  for (let y = top; y < bottom; y++) {
    inner.set(pixels.subarray(y * width + left, y * width + right), (y - top) * (right - left));
  }
  return { width: right - left, height: bottom - top, pixels: inner };
}
