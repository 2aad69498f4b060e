import { DecodeError } from '@viewgap/shards/grey';
import type { Codecs } from './codecs/codecs.ts';
import { type Coding, codingOf, type FrameHeader, jpeg2000Header, jpegHeader } from './codecs/codestream.ts';
import { wholeFrame } from './codecs/codestream-end.ts';
import type { CornerstoneDecoder } from './codecs/cornerstone.ts';
import type { Routine } from './codecs/jpeg.ts';
import { decodeRle } from './codecs/rle.ts';
import type { Values } from './header/data-set.ts';
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
  /** of colour: colour by colour, not pixel by pixel; halved: two luminances, then the chroma of both */
  readonly layout: 'interleaved' | 'planar' | 'halved';
  /** what the frame itself says of its colours, which goes before the data set */
  readonly colour: FrameHeader['colour'];
  /** true: its end was missing, and all rows were there */
  readonly endAdded: boolean;
}

/** An image is not halved further than what leaves the resize this much to do. */
const SPARE = 1.5;
const MOST_HALVINGS = 5;

/** A compressed frame and what is known of it. */
interface Compressed {
  readonly frame: Uint8Array;
  readonly endAdded: boolean;
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
  const stored = storedFrame(values, pixels);
  if (stored === null) return rawFrame(values, pixels);
  const coding = codingOf(stored);
  if (coding === null) throw new DecodeError('a transfer syntax that is not read');
  if (coding === 'rle') return runLengths(stored, pixels);
  const { frame, endAdded } = wholeFrame(stored, coding);
  const header = coding === 'jpeg' || coding === 'jpeg-ls' ? jpegHeader(frame) : jpeg2000Header(frame);
  const { columns, rows, samples } = pixels;
  if (header.width !== columns || header.height !== rows || header.components !== samples) {
    throw new DecodeError('the compressed frame has another shape than its data set says');
  }
  const sampleBytes = header.precision <= 8 ? 1 : 2;
  const decoded = decoders[coding]({ frame, endAdded, pixels, header, sampleBytes }, codecs, size);
  return endAdded ? decoded.catch(endsEarly) : decoded;
}

/** What is wrong with a frame that lacked its end, whatever the decoder says of it. */
export function endsEarly(cause: unknown): never {
  throw new DecodeError('the frame ends before the image does', { cause });
}

type Decoder = (compressed: Compressed, codecs: Codecs, size: number) => Promise<Frame>;

const decoders: Readonly<Record<Exclude<Coding, 'rle'>, Decoder>> = {
  jpeg: (compressed, codecs) => dcmtkFrame('DecodeJpeg', compressed, codecs),
  'jpeg-ls': jpegLsFrame,
  'jpeg-2000': jpeg2000Frame,
};

/** The compressed bytes of the only frame, put together from its fragments (PS3.5 A.4); null where it is not compressed. */
function storedFrame(values: Values, pixels: PixelModule): Uint8Array | null {
  const fragments = values.fragments('PixelData');
  if (fragments === null) return bareFrame(values, pixels);
  const [only] = fragments;
  if (only === undefined) throw new DecodeError('no pixel data');
  return fragments.length === 1 ? only : Buffer.concat(fragments);
}

const BYTES = { 8: 1, 16: 2 } as const;

/** A compressed frame that its writer has put there without fragments: it is shorter than its pixels are. */
function bareFrame(
  values: Values,
  { columns, rows, samples, bitsAllocated }: PixelModule,
): Uint8Array | null {
  const stored = values.bytes('PixelData');
  if (stored === null || stored.length >= columns * rows * samples * BYTES[bitsAllocated]) return null;
  return codingOf(stored) === null ? null : stored;
}

const RAW = { compressed: false, step: 1, colour: null, endAdded: false } as const;

function rawFrame(values: Values, pixels: PixelModule): Frame {
  const { columns: width, rows: height, samples, bitsAllocated, photometric, transferSyntax } = pixels;
  if (!transferSyntax.startsWith(DICOM)) throw new DecodeError('a transfer syntax that is not read');
  const bytes = BYTES[bitsAllocated];
  const count = width * height * bytes;
  const stored = values.bytes('PixelData');
  // Many writers say that chroma is halved, and it is not.
  const isHalved = photometric === 'YBR_FULL_422' && stored !== null && stored.length < 3 * count;
  const length = isHalved ? 2 * count : samples * count;
  if (stored === null || stored.length < length) throw new DecodeError('fewer pixels than rows and columns');
  return {
    width,
    height,
    samples: samplesOf(inOrder(stored, length, values, bytes), bytes),
    ...RAW,
    layout: isHalved ? 'halved' : pixels.planar ? 'planar' : 'interleaved',
  };
}

/** Transfer syntaxes of the standard. Others, of a manufacturer's own, may order bytes as nobody expects. */
const DICOM = '1.2.840.10008.';

/** The pixels' bytes, the low one first. Words that hold two pixels of 8 bits each have their bytes swapped, too. */
function inOrder(stored: Uint8Array, length: number, values: Values, bytes: 1 | 2): Uint8Array {
  const isSwapped = !values.dataSet.littleEndian && (bytes === 2 || values.vr('PixelData') === 'OW');
  if (!isSwapped) return stored.subarray(0, length);
  return Buffer.from(stored.subarray(0, length + (length % 2)))
    .swap16()
    .subarray(0, length);
}

function runLengths(frame: Uint8Array, { columns, rows, samples, bitsAllocated }: PixelModule): Frame {
  const decoded = decodeRle(frame, columns * rows, samples, BYTES[bitsAllocated]);
  return { width: columns, height: rows, samples: decoded, ...RAW, layout: 'planar' };
}

async function dcmtkFrame(routine: Routine, compressed: Compressed, codecs: Codecs): Promise<Frame> {
  const { frame, pixels, sampleBytes } = compressed;
  const shape = { ...pixels, bitsAllocated: sampleBytes === 1 ? 8 : 16 } as const;
  return decodedFrame(compressed, await codecs.use('jpeg', (jpeg) => jpeg.decode(routine, frame, shape)));
}

/** JPEG-LS: one scan a colour. */
const BY_COLOUR = 0;

async function jpegLsFrame(compressed: Compressed, codecs: Codecs): Promise<Frame> {
  let layout: Frame['layout'] = 'interleaved';
  const decoded = await codecs.use('charls', ({ JpegLSDecoder }) =>
    decodedBy(new JpegLSDecoder(), compressed.frame, (decoder) => {
      decoder.decode();
      if (decoder.getInterleaveMode() === BY_COLOUR) layout = 'planar';
    }),
  );
  return { ...decodedFrame(compressed, decoded), layout };
}

async function jpeg2000Frame(compressed: Compressed, codecs: Codecs, size: number): Promise<Frame> {
  const { frame, header, pixels } = compressed;
  // Between two entries of a palette nothing lies.
  const wanted = pixels.isPalette ? 0 : halvings(header, size);
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

function decodedFrame({ header, sampleBytes, endAdded }: Compressed, decoded: Uint8Array, step = 1): Frame {
  const [width, height] = [Math.ceil(header.width / step), Math.ceil(header.height / step)];
  const samples = samplesOf(decoded, sampleBytes);
  if (samples.length !== width * height * header.components) {
    throw new DecodeError('the decoded frame has another size than its header says');
  }
  const { colour } = header;
  return { width, height, samples, compressed: true, step, layout: 'interleaved', colour, endAdded };
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
export function isHalved({ samples, isPalette, bitsStored, highBit, signed, padded }: PixelModule): boolean {
  return samples === 1 && !isPalette && bitsStored > 8 && highBit === bitsStored - 1 && !signed && !padded;
}

function samplesOf(bytes: Uint8Array, sampleBytes: 1 | 2): Uint8Array | Uint16Array {
  if (sampleBytes === 1) return bytes;
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : Uint8Array.from(bytes);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 1);
}
