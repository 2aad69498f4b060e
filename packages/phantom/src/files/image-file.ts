import sharp, { type Sharp } from 'sharp';
import type { Drawing } from '../film/draw-film.ts';
import type { PhantomFile } from './layout.ts';

/** The comment of every image file. */
export const STAMP = 'SYNTHETIC: a drawn phantom, no patient';

/** Values of a drawing as whole numbers from 0 to `white`. */
export function quantized<Values extends Uint8Array | Uint16Array>(
  { pixels }: Drawing,
  values: Values,
  black: number,
  white: number,
): Values {
  for (let at = 0; at < pixels.length; at++) {
    values[at] = Math.round(black + (white - black) * (pixels[at] as number));
  }
  return values;
}

function grey8(drawing: Drawing): Sharp {
  const { width, height, pixels } = drawing;
  const grey = quantized(drawing, new Uint8Array(pixels.length), 0, 255);
  return sharp(grey, { raw: { width, height, channels: 1 } }).withExif({ IFD0: { ImageDescription: STAMP } });
}

const COMPRESSION = { compressionLevel: 1, adaptiveFiltering: true } as const;

/** PNG of 8-bit grey. */
export function greyPng(drawing: Drawing): Promise<Uint8Array> {
  return grey8(drawing).toColourspace('b-w').png(COMPRESSION).toBuffer();
}

/** The same with four channels, of which three are equal and the last is opaque, as some of NIH's files are. */
export function rgbaPng(drawing: Drawing): Promise<Uint8Array> {
  return grey8(drawing).toColourspace('srgb').ensureAlpha().png(COMPRESSION).toBuffer();
}

/** PNG of 16-bit grey, as PadChest's are. */
export function deepPng(drawing: Drawing): Promise<Uint8Array> {
  const { width, height, pixels } = drawing;
  const grey = quantized(drawing, new Uint16Array(pixels.length), 0, 65_535);
  return sharp(grey, { raw: { width, height, channels: 1 } })
    .withExif({ IFD0: { ImageDescription: STAMP } })
    .toColourspace('grey16')
    .png(COMPRESSION)
    .toBuffer();
}

export function greyJpeg(drawing: Drawing): Promise<Uint8Array> {
  return grey8(drawing).toColourspace('b-w').jpeg({ quality: 95 }).toBuffer();
}

/** What is left of a file whose copying was cut short. */
export function truncated({ path, bytes }: PhantomFile): PhantomFile {
  return { path, bytes: bytes.subarray(0, Math.floor(0.6 * bytes.length)) };
}

/** A film on which nothing is to be seen. */
export function blank({ width, height, pixels }: Drawing): Drawing {
  return { width, height, pixels: new Float32Array(pixels.length).fill(0.5) };
}
