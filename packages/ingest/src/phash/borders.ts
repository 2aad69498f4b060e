import type { Box, GreyImage } from './grey-image.ts';

/** Greys by which the values of a border may differ from its own: JPEG leaves some noise in it. */
const TOLERANCE = 5;
/** Share of a line's pixels that must agree: a border may hold a marker. */
const AGREEING = 0.98;
/** A border takes at most this share of a side. */
const WIDEST = 0.4;

/** The part of a film inside its borders: lines of one grey along its sides, as padding and collimation leave them. */
export function insideBorders({ width, height, pixels }: GreyImage): Box {
  const row = (y: number): Line => ({ first: y * width, step: 1, count: width });
  const top = borderOf(pixels, height, row);
  const bottom = height - borderOf(pixels, height, (i) => row(height - 1 - i));
  const column = (x: number): Line => ({ first: top * width + x, step: width, count: bottom - top });
  const left = borderOf(pixels, width, column);
  const right = width - borderOf(pixels, width, (i) => column(width - 1 - i));
  return { x: { start: left, size: right - left }, y: { start: top, size: bottom - top } };
}

/** A row or column of pixels. */
interface Line {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/** How many lines from the outermost one on are of its grey. */
function borderOf(pixels: Uint8Array, length: number, line: (i: number) => Line): number {
  const most = Math.floor(WIDEST * length);
  const grey = medianOf(pixels, line(0));
  let count = 0;
  while (count < most && isOf(grey, pixels, line(count))) count++;
  return count;
}

function medianOf(pixels: Uint8Array, { first, step, count }: Line): number {
  const values = new Uint8Array(count);
  for (let i = 0; i < count; i++) values[i] = pixels[first + i * step] as number;
  return values.sort()[count >> 1] as number;
}

function isOf(grey: number, pixels: Uint8Array, { first, step, count }: Line): boolean {
  let agreeing = 0;
  for (let i = 0; i < count; i++)
    if (Math.abs((pixels[first + i * step] as number) - grey) <= TOLERANCE) agreeing++;
  return agreeing >= AGREEING * count;
}
