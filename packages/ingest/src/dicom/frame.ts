import { DecodeError } from '@viewgap/shards';
import type { DataSet } from 'dicom-parser';
import type { Codecs } from './codecs/codecs.ts';
import type { CornerstoneDecoder } from './codecs/cornerstone.ts';
import type { Routine } from './codecs/jpeg.ts';
import { decodeRle } from './codecs/rle.ts';
import { type FrameHeader, hasEnd, jpeg2000Header, jpegHeader } from './codestream.ts';
import { TAGS, type Values } from './data-set.ts';
import type { PixelModule } from './pixel-module.ts';

/** The one frame of a film as its file stores it. */
export interface Frame {
  /** fewer than the file says where a JPEG 2000 was decoded at half its size or less: every `step`th */
  readonly width: number;
  readonly height: number;
  /** stored samples, [height, width, samples of a pixel] */
  readonly samples: Uint8Array | Uint16Array;
  /** false: bits above those stored may hold something else (overlays) */
  readonly compressed: boolean;
  readonly step: number;
}

type Coding = 'raw' | 'big-endian' | 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000';

/** Transfer syntaxes that are read (PS3.6 table A-1). A deflated data set is inflated before this. */
const CODINGS: Readonly<Record<string, Coding>> = {
  '1.2.840.10008.1.2': 'raw',
  '1.2.840.10008.1.2.1': 'raw',
  '1.2.840.10008.1.2.1.99': 'raw',
  '1.2.840.10008.1.2.2': 'big-endian',
  '1.2.840.10008.1.2.5': 'rle',
  '1.2.840.10008.1.2.4.50': 'jpeg',
  '1.2.840.10008.1.2.4.51': 'jpeg',
  '1.2.840.10008.1.2.4.57': 'jpeg',
  '1.2.840.10008.1.2.4.70': 'jpeg',
  '1.2.840.10008.1.2.4.80': 'jpeg-ls',
  '1.2.840.10008.1.2.4.81': 'jpeg-ls',
  '1.2.840.10008.1.2.4.90': 'jpeg-2000',
  '1.2.840.10008.1.2.4.91': 'jpeg-2000',
};

/** An image is not halved further than what leaves the resize this much to do. */
const SPARE = 1.5;
const MOST_HALVINGS = 5;

/** A compressed frame and what is known of it. */
interface Compressed {
  readonly frame: Uint8Array;
  readonly pixels: PixelModule;
  readonly header: FrameHeader;
  readonly sampleBytes: 1 | 2;
}

/**
 * Decodes the film's frame.
 * @param size edge that the image will be resized to
 * @throws Error where the frame is missing, short, damaged, or of another shape than the data set says
 */
export async function readFrame(
  values: Values,
  pixels: PixelModule,
  codecs: Codecs,
  size: number,
): Promise<Frame> {
  const coding = Object.hasOwn(CODINGS, pixels.transferSyntax) ? CODINGS[pixels.transferSyntax] : undefined;
  if (coding === undefined) throw new DecodeError('a transfer syntax that is not read');
  if (coding === 'raw' || coding === 'big-endian') return rawFrame(values, pixels, coding === 'big-endian');
  const frame = encapsulated(values.dataSet);
  if (coding === 'rle') return runLengths(frame, pixels);
  if (!hasEnd(frame)) throw new DecodeError('the frame ends before the image does');
  const header = coding === 'jpeg-2000' ? jpeg2000Header(frame) : jpegHeader(frame);
  const { columns, rows, samples } = pixels;
  if (header.width !== columns || header.height !== rows || header.components !== samples) {
    throw new DecodeError('the compressed frame has another shape than its data set says');
  }
  const compressed = { frame, pixels, header, sampleBytes: header.precision <= 8 ? 1 : 2 } as const;
  if (coding === 'jpeg') return dcmtkFrame('DecodeJpeg', compressed, codecs);
  if (coding === 'jpeg-ls') return jpegLsFrame(compressed, codecs);
  return jpeg2000Frame(compressed, codecs, size);
}

function rawFrame(
  values: Values,
  { columns, rows, samples, bitsAllocated }: PixelModule,
  swap: boolean,
): Frame {
  const bytes = bitsAllocated === 8 ? 1 : 2;
  const length = columns * rows * samples * bytes;
  const stored = values.bytes('PixelData');
  if (stored === null || stored.length < length) throw new DecodeError('fewer pixels than rows and columns');
  const data = stored.subarray(0, length);
  const ordered = swap && bytes === 2 ? Buffer.from(data).swap16() : data;
  return { width: columns, height: rows, samples: samplesOf(ordered, bytes), compressed: false, step: 1 };
}

function runLengths(frame: Uint8Array, { columns, rows, samples, bitsAllocated }: PixelModule): Frame {
  if (samples !== 1) throw new DecodeError('colour in run lengths is not read');
  const decoded = decodeRle(frame, columns * rows, bitsAllocated === 8 ? 1 : 2);
  return { width: columns, height: rows, samples: decoded, compressed: false, step: 1 };
}

async function dcmtkFrame(routine: Routine, compressed: Compressed, codecs: Codecs): Promise<Frame> {
  const { frame, pixels, sampleBytes } = compressed;
  const shape = { ...pixels, bitsAllocated: sampleBytes === 1 ? 8 : 16 } as const;
  return decodedFrame(compressed, await codecs.use('jpeg', (jpeg) => jpeg.decode(routine, frame, shape)));
}

async function jpegLsFrame(compressed: Compressed, codecs: Codecs): Promise<Frame> {
  const decoded = await codecs.use('charls', ({ JpegLSDecoder }) =>
    decodedBy(new JpegLSDecoder(), compressed.frame, (decoder) => decoder.decode()),
  );
  return decodedFrame(compressed, decoded);
}

async function jpeg2000Frame(compressed: Compressed, codecs: Codecs, size: number): Promise<Frame> {
  const { frame, header, pixels } = compressed;
  const wanted = halvings(header, size);
  // A lossless frame of too few levels is decoded in full, and halved as frames of other codings are.
  const level = header.lossy
    ? Math.min(wanted, header.levels)
    : isHalved(pixels) && wanted <= header.levels
      ? wanted
      : 0;
  if (level === 0) return dcmtkFrame('DecodeJpeg2000', compressed, codecs);
  const decoded = await codecs.use('openjpeg', ({ J2KDecoder }) =>
    decodedBy(new J2KDecoder(), frame, (decoder) => decoder.decodeSubResolution(level, 0)),
  );
  return decodedFrame(compressed, decoded, 2 ** level);
}

function decodedBy<Decoder extends CornerstoneDecoder>(
  decoder: Decoder,
  frame: Uint8Array,
  run: (decoder: Decoder) => void,
): Uint8Array {
  decoder.getEncodedBuffer(frame.length).set(frame);
  run(decoder);
  const decoded = decoder.getDecodedBuffer().slice();
  decoder.delete();
  return decoded;
}

function decodedFrame({ header, sampleBytes }: Compressed, decoded: Uint8Array, step = 1): Frame {
  const [width, height] = [Math.ceil(header.width / step), Math.ceil(header.height / step)];
  const samples = samplesOf(decoded, sampleBytes);
  if (samples.length !== width * height * header.components) {
    throw new DecodeError('the decoded frame has another size than its header says');
  }
  return { width, height, samples, compressed: true, step };
}

/** How often an image is halved before it is resized. */
export function halvings(
  { width, height }: { readonly width: number; readonly height: number },
  size: number,
): number {
  let level = 0;
  while (level < MOST_HALVINGS && Math.min(width, height) / 2 ** (level + 1) >= SPARE * size) level++;
  return level;
}

/**
 * Whether films like this are halved, in whatever coding they come, so that one film has the same pixels in all: those of
 * more than 8 bits. Others may also be found as PNG, whose pixels are all looked at; with padding among
 * its values a film has borders that halving would blur.
 */
export function isHalved({ samples, bitsStored, highBit, signed, padded }: PixelModule): boolean {
  return samples === 1 && bitsStored > 8 && highBit === bitsStored - 1 && !signed && !padded;
}

/** The compressed bytes of the only frame, put together from its fragments (PS3.5 A.4). */
function encapsulated({ elements, byteArray }: DataSet): Uint8Array {
  const { fragments = [] } = elements[TAGS.PixelData] ?? {};
  const parts = fragments.map(({ position, length }) => byteArray.subarray(position, position + length));
  const [only] = parts;
  if (only === undefined) throw new DecodeError('no pixel data');
  return parts.length === 1 ? only : Buffer.concat(parts);
}

function samplesOf(bytes: Uint8Array, sampleBytes: 1 | 2): Uint8Array | Uint16Array {
  if (sampleBytes === 1) return bytes;
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 1);
}
