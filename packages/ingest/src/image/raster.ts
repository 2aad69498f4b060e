import type { Grey, Kernels } from '@viewgap/shards';
import { isPng, readGreyPng, significantBits } from '@viewgap/shards';
import sharp, { type Metadata, type Sharp } from 'sharp';
import type { Rejection } from '../dicom/rejection.ts';
import { scaledDown } from '../pixels/deep.ts';

/** A decoded raster file. */
export interface Raster extends Grey {
  /** bits of its values, which white stands for; null where they are fractions or go below 0 */
  readonly depth: number | null;
}

export interface RasterOptions {
  /** a film of more pixels is not decoded */
  readonly maxPixels: number;
  /** bits of the values in files of more than 8, where the source tells */
  readonly depth?: number | undefined;
}

/**
 * Decodes a PNG, JPEG, TIFF or another file that sharp reads to 8-bit grey: alpha is dropped, deeper values are scaled to 8
 * bits (see scaledDown), colour profiles ignored, equal channels taken as they are.
 * @throws Error where it cannot be decoded
 */
export async function decodeRaster(
  bytes: Uint8Array,
  kernels: Kernels,
  { maxPixels, depth: setting }: RasterOptions,
): Promise<Raster | Rejection> {
  const quick = isPng(bytes) ? readGreyPng(bytes, kernels, maxPixels) : null;
  if (quick) return { ...quick, depth: 8 };
  const metadata = await sharp(bytes, { limitInputPixels: false }).metadata();
  const { format, width, height, pages = 1 } = metadata;
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
  const isColour = metadata.channels - (metadata.hasAlpha ? 1 : 0) === 3;
  const known = { significant: isPng(bytes) ? significantBits(bytes) : null, setting: setting ?? null };
  const { pixels, depth } =
    metadata.depth === 'uchar'
      ? { pixels: await shallowValues(image, isColour), depth: 8 }
      : scaledDown(await deepValues(image, metadata, isColour), known, kernels);
  return { width, height, depth, pixels: isColour ? await greyOf({ width, height, pixels }) : pixels };
}

/** @returns as deepValues */
function shallowValues(image: Sharp, isColour: boolean): Promise<Uint8Array> {
  return image
    .toColourspace(isColour ? 'srgb' : 'b-w')
    .raw()
    .toBuffer();
}

/**
 * The file's own values, not scaled: into these colour spaces libvips converts them as they are. Those that 16 bits do not
 * hold are read as float32.
 * @returns [height, width], of colour [height, width, 3]
 */
async function deepValues(
  image: Sharp,
  { depth }: Metadata,
  isColour: boolean,
): Promise<Uint16Array | Float32Array> {
  if (depth === 'ushort') return wordsOf(image, isColour);
  if (depth === 'short') {
    // libvips takes signed values for unsigned ones, and what is below 0 for 0.
    const words = await wordsOf(image.linear(1, SIGNED_ZERO), isColour);
    return Float32Array.from(words, (word) => word - SIGNED_ZERO);
  }
  const space = isColour ? 'srgb' : 'b-w';
  const raw = await image.toColourspace(space).raw({ depth: 'float' }).toBuffer();
  return new Float32Array(new Uint8Array(raw).buffer);
}

const SIGNED_ZERO = 2 ** 15;

async function wordsOf(image: Sharp, isColour: boolean): Promise<Uint16Array> {
  const space = isColour ? 'rgb16' : 'grey16';
  const raw = await image.toColourspace(space).raw({ depth: 'ushort' }).toBuffer();
  return new Uint16Array(new Uint8Array(raw).buffer);
}

/** The channel of interleaved RGB where all three are equal, else their luminance. */
async function greyOf({ width, height, pixels }: Grey): Promise<Uint8Array> {
  const raw = { width, height, channels: 3 } as const;
  return equalChannel(pixels) ?? (await sharp(pixels, { raw }).toColourspace('b-w').raw().toBuffer());
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
