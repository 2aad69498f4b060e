import sharp from 'sharp';
import type { Grey } from './pixels/grey.ts';
import type { Kernels } from './pixels/kernels.ts';
import { isPng, readGreyPng } from './pixels/png.ts';
import type { Rejection } from './rejection.ts';

/**
 * Decodes a PNG, JPEG or another file that sharp reads to 8-bit grey: alpha is dropped, 16-bit grey scaled to 8, colour
 * profiles ignored, equal channels taken as they are.
 * @throws Error where it cannot be decoded
 */
export async function decodeRaster(
  bytes: Uint8Array,
  kernels: Kernels,
  maxPixels: number,
): Promise<Grey | Rejection> {
  const quick = isPng(bytes) ? readGreyPng(bytes, kernels, maxPixels) : null;
  if (quick) return quick;
  const {
    format,
    width,
    height,
    channels,
    hasAlpha,
    pages = 1,
  } = await sharp(bytes, { limitInputPixels: false }).metadata();
  if (pages > 1) return { reason: 'several-frames', detail: `${pages} pages` };
  if (width * height > maxPixels) return { reason: 'over-size', detail: `${width} x ${height} pixels` };
  const end = LAST[format];
  if (end && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).lastIndexOf(end) < 0) {
    return { reason: 'truncated', detail: 'the file ends before the image does' };
  }
  const image = sharp(bytes, {
    limitInputPixels: maxPixels,
    failOn: 'error',
    ignoreIcc: true,
  }).removeAlpha();
  const isColour = channels - (hasAlpha ? 1 : 0) === 3;
  if (isColour) {
    const colour = await image.clone().toColourspace('srgb').raw().toBuffer();
    const pixels = equalChannel(colour);
    if (pixels !== null) return { width, height, pixels };
  }
  return { width, height, pixels: await image.toColourspace('b-w').raw().toBuffer() };
}

/**
 * What a whole file has at its end. Without it libpng hands out all rows before it looks for more, and of libvips' threads
 * the one that complains of a cut JPEG first may only say that it was asked out of order.
 */
const LAST: Readonly<Record<string, Buffer | undefined>> = {
  png: Buffer.from('IEND'),
  jpeg: Buffer.of(0xff, 0xd9),
};

/** One channel of interleaved RGB where all three are equal everywhere, else null. */
function equalChannel(rgb: Uint8Array): Uint8Array | null {
  const pixels = new Uint8Array(rgb.length / 3);
  for (let i = 0, at = 0; i < pixels.length; i++, at += 3) {
    if (rgb[at] !== rgb[at + 1] || rgb[at] !== rgb[at + 2]) return null;
    pixels[i] = rgb[at] as number;
  }
  return pixels;
}
