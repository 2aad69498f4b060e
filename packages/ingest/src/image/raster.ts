import type { Grey, Kernels } from '@viewgap/shards/grey';
import { DecodeError, exifFirst, hasExif, isPng, readGreyPng, significantBits } from '@viewgap/shards/grey';
import sharp, { type Metadata, type Sharp } from 'sharp';
import type { Codecs } from '../dicom/codecs/codecs.ts';
import { jpegHeader } from '../dicom/codecs/codestream.ts';
import { wholeFrame } from '../dicom/codecs/codestream-end.ts';
import { endsEarly } from '../dicom/frame.ts';
import type { Rejection } from '../dicom/rejection.ts';
import type { Warning } from '../dicom/warning.ts';
import { type KnownDepth, type Scaled, scaledDown } from '../pixels/deep.ts';
import { luminanceOf } from '../pixels/luminance.ts';
import { decodeBmp, isBmp } from './bmp.ts';
import { isUnusual, isWhiteAtZero, type TiffTags, tiffTags, tiffValues } from './tiff.ts';

/** A decoded raster file. */
export interface Raster extends Grey {
  /** bits of its values, which white stands for; null where they are fractions or go below 0 */
  readonly depth: number | null;
  readonly warnings: readonly Warning[];
}

export interface RasterOptions {
  /** a film of more pixels is not decoded */
  readonly maxPixels: number;
  readonly codecs: Codecs;
  /** bits of the values in files of more than 8, where the source tells */
  readonly depth?: number | undefined;
}

/**
 * Decodes a PNG, JPEG, TIFF, BMP or another file that sharp reads to 8-bit grey, upright as its Exif says: alpha is dropped,
 * deeper values are scaled to 8 bits (see scaledDown), colour profiles ignored, equal channels taken as they are.
 * @throws Error where it cannot be decoded
 */
export async function decodeRaster(
  bytes: Uint8Array,
  kernels: Kernels,
  { maxPixels, codecs, depth: setting }: RasterOptions,
): Promise<Raster | Rejection> {
  if (isBmp(bytes)) {
    const bitmap = decodeBmp(bytes, maxPixels);
    return 'reason' in bitmap ? bitmap : { ...bitmap, depth: 8, warnings: [] };
  }
  const quick = isPng(bytes) && !hasExif(bytes) ? readGreyPng(bytes, kernels, maxPixels) : null;
  if (quick) return { ...quick, depth: 8, warnings: [] };
  const tags = tiffTags(bytes);
  if (tags && isUnusual(tags))
    return unusualTiff(bytes, tags, kernels, { maxPixels, depth: setting ?? null });
  const ordered = isPng(bytes) ? exifFirst(bytes) : bytes;
  const metadata = await sharp(ordered, { limitInputPixels: false }).metadata();
  const { pages = 1, autoOrient, orientation = 1 } = metadata;
  const { width, height } = autoOrient;
  if (pages > 1) return { reason: 'several-frames', detail: `${pages} pages` };
  if (width * height > maxPixels) return { reason: 'over-size', detail: `${width} x ${height} pixels` };
  const { file, endAdded } = await whole(ordered, metadata, codecs);
  const open = sharp(file, {
    limitInputPixels: maxPixels,
    failOn: 'error',
    ignoreIcc: true,
  });
  const image = orientation > 1 ? open.autoOrient() : open;
  const known = { significant: isPng(bytes) ? significantBits(bytes) : null, setting: setting ?? null };
  const isInverted = tags !== null && isWhiteAtZero(tags);
  const values = await greysOf(image, metadata, known, isInverted, kernels);
  return { width, height, ...values, warnings: endAdded ? ['no-end-marker'] : [] };
}

async function greysOf(
  image: Sharp,
  metadata: Metadata,
  known: KnownDepth,
  isInverted: boolean,
  kernels: Kernels,
): Promise<{ pixels: Uint8Array; depth: number | null }> {
  if (metadata.space === 'cmyk') return { pixels: await inkedGreys(image, metadata), depth: 8 };
  const isColour = metadata.channels - (metadata.hasAlpha ? 1 : 0) === 3;
  const opaque = image.removeAlpha();
  if (metadata.depth === 'uchar')
    return { pixels: greyOf(await shallowValues(opaque, isColour), isColour), depth: 8 };
  const values = await deepValues(opaque, metadata, isColour);
  if (isInverted) return inverted(values, known, kernels);
  const { pixels, depth } = scaledDown(values, known, kernels);
  return { depth, pixels: greyOf(pixels, isColour) };
}

/** Values whose lowest is white. libvips counts those of 16 bits down from the largest, whatever bits they have. */
function inverted(values: Uint16Array | Float32Array, known: KnownDepth, kernels: Kernels): Scaled {
  const stored = values instanceof Uint16Array ? values.map((value) => 2 ** 16 - 1 - value) : values;
  const { pixels, depth } = scaledDown(stored, known, kernels);
  return { depth, pixels: pixels.map((grey) => 255 - grey) };
}

/** A TIFF that libvips does not read. */
function unusualTiff(
  bytes: Uint8Array,
  tags: TiffTags,
  kernels: Kernels,
  { maxPixels, depth: setting }: { readonly maxPixels: number; readonly depth: number | null },
): Raster | Rejection {
  const tiff = tiffValues(bytes, tags, maxPixels);
  if (tiff === null) return { reason: 'over-size', detail: `more than ${maxPixels} pixels` };
  const { pixels, depth } = scaledDown(tiff.values, { significant: null, setting }, kernels);
  const shown = isWhiteAtZero(tags) ? pixels.map((grey) => 255 - grey) : pixels;
  return { width: tiff.width, height: tiff.height, pixels: shown, depth, warnings: [] };
}

/**
 * The file, with an end where a JPEG lacks one. libvips would not tell whether its last rows are there.
 * @throws Error where rows are missing
 */
async function whole(
  bytes: Uint8Array,
  { format }: Metadata,
  codecs: Codecs,
): Promise<{ file: Uint8Array; endAdded: boolean }> {
  if (format === 'jpeg') {
    const { frame, endAdded } = wholeFrame(bytes, 'jpeg');
    if (!endAdded) return { file: bytes, endAdded };
    const { width: columns, height: rows, components: samples } = jpegHeader(frame);
    if (samples > 3) throw new DecodeError('the file ends before the image does');
    const shape = { columns, rows, samples, bitsAllocated: 8, bitsStored: 8, signed: false };
    await codecs.use('jpeg', (jpeg) => jpeg.decode('DecodeJpeg', frame, shape)).catch(endsEarly);
    return { file: frame, endAdded };
  }
  if (format === 'png') {
    const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).lastIndexOf(END);
    if (end < 0) throw new DecodeError('the file ends before the image does');
  }
  return { file: bytes, endAdded: false };
}

/** Without it libpng hands out all rows before it looks for more. */
const END = Buffer.from('IEND');

/**
 * The luminance of inks, as Pillow sees it: each lets light through that the others let through. A colour profile is not
 * asked: it would darken greys that were separated without one.
 */
async function inkedGreys(image: Sharp, { depth }: Metadata): Promise<Uint8Array> {
  if (depth !== 'uchar') throw new DecodeError('inks of more than 8 bits are not read');
  const inks = await image.pipelineColourspace('cmyk').toColourspace('cmyk').raw().toBuffer();
  const pixels = new Uint8Array(inks.length / 4);
  for (let i = 0, at = 0; i < pixels.length; i++, at += 4) {
    const [cyan, magenta, yellow, black] = inks.subarray(at, at + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const light = 0.299 * (255 - cyan) + 0.587 * (255 - magenta) + 0.114 * (255 - yellow);
    pixels[i] = Math.round((light * (255 - black)) / 255);
  }
  return pixels;
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

/** The one channel of interleaved RGB where all three are equal, else their luminance. */
function greyOf(pixels: Uint8Array, isColour: boolean): Uint8Array {
  return isColour ? (equalChannel(pixels) ?? luminanceOf(pixels, { white: 255, step: 3, plane: 1 })) : pixels;
}

/** One channel of interleaved RGB where all three are equal everywhere, else null. */
function equalChannel(rgb: Uint8Array): Uint8Array | null {
  const pixels = new Uint8Array(rgb.length / 3);
  for (let i = 0, at = 0; i < pixels.length; i++, at += 3) {
    if (rgb[at] !== rgb[at + 1] || rgb[at] !== rgb[at + 2]) return null;
    pixels[i] = rgb[at] as number;
  }
  return pixels;
}
