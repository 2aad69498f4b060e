import { EngineError } from '../system/engine-error.ts';

/** A float32 array with its shape, row-major. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own bound on its header. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * Writes float32 tensors in the safetensors format (https://github.com/huggingface/safetensors), by name in the order
 * of their UTF-8 bytes, as its own writer does: the same tensors give the same bytes.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, NamedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  return Buffer.concat(safetensorsPieces(tensors, metadata));
}

/** The same bytes in pieces, to be written one after the other: the values are not copied. */
export function safetensorsPieces(
  tensors: ReadonlyMap<string, NamedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): readonly Uint8Array[] {
  const names = [...tensors.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const header = new Map<string, unknown>();
  const keys = Object.keys(metadata).sort();
  if (keys.length > 0)
    header.set('__metadata__', Object.fromEntries(keys.map((key) => [key, metadata[key]])));
  const blocks: Uint8Array[] = [];
  let end = 0;
  for (const name of names) {
    const { shape, data } = tensors.get(name) as NamedTensor;
    if (name === '__metadata__' || product(shape) !== data.length) {
      throw new RangeError(`tensor ${name} of shape [${shape.join(', ')}] has ${data.length} values`);
    }
    const begin = end;
    end += data.byteLength;
    header.set(name, { dtype: 'F32', shape, data_offsets: [begin, end] });
    blocks.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return [...encodeHeader(header), ...blocks];
}

/**
 * Reads float32 tensors from bytes in the safetensors format.
 * @param wanted which tensors to read, by name: the others may be of any dtype
 * @throws EngineError when they are not whole, or hold another dtype.
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  wanted: (name: string) => boolean = () => true,
): Safetensors {
  const { header, start } = decodeHeader(bytes);
  const tensors = new Map<string, NamedTensor>();
  const spans: [number, number][] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      metadata = checkMetadata(entry);
      continue;
    }
    const { dtype, shape, span } = checkEntry(name, entry, bytes.length - start);
    spans.push(span);
    if (!wanted(name)) continue;
    if (dtype !== 'F32') {
      throw new EngineError('only float32 weights can be read', `${name}: ${dtype}`, 'convert it to F32');
    }
    if (span[1] - span[0] !== 4 * product(shape)) throw broken(`offsets of ${name}: ${span.join(' to ')}`);
    // A copy: a Float32Array must begin at a multiple of four bytes.
    const block = new Uint8Array(bytes.subarray(start + span[0], start + span[1]));
    tensors.set(name, { shape, data: new Float32Array(block.buffer) });
  }
  checkCovered(spans, bytes.length - start);
  return { tensors, metadata };
}

/** The header's length as 8 bytes, and the header, padded with spaces to a multiple of 8 bytes. */
function encodeHeader(header: ReadonlyMap<string, unknown>): [Buffer, Buffer] {
  // Written entry by entry: an object would put names that look like integers first.
  const entries = [...header].map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  const json = Buffer.from(`{${entries.join(',')}}`);
  const padded = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return [length, padded];
}

function decodeHeader(bytes: Uint8Array): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8) throw broken(`${bytes.length} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(Math.min(MAX_HEADER_BYTES, bytes.length - 8)))
    throw broken(`header of ${length} bytes`);
  const start = 8 + Number(length);
  const text = Buffer.from(bytes.subarray(8, start)).toString('utf8');
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw broken('header is not JSON', error);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw broken('header is not an object');
  return { header: header as Record<string, unknown>, start };
}

function checkEntry(
  name: string,
  entry: unknown,
  length: number,
): { dtype: string; shape: number[]; span: [number, number] } {
  const { dtype, shape, data_offsets: span } = (entry ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(span) || span.length !== 2) {
    throw broken(`entry of ${name}`);
  }
  const [begin, end] = span as [number, number];
  if (begin > end || end > length) throw broken(`offsets of ${name}: ${begin} to ${end}`);
  return { dtype, shape, span: [begin, end] };
}

function checkMetadata(entry: unknown): Record<string, string> {
  const whole = typeof entry === 'object' && entry !== null && !Array.isArray(entry);
  if (!whole || Object.values(entry).some((value) => typeof value !== 'string')) {
    throw broken('metadata is not text');
  }
  return entry as Record<string, string>;
}

/** The tensors lie one after the other and fill the file: no hole, no overlap, nothing behind. */
function checkCovered(spans: [number, number][], length: number): void {
  let end = 0;
  for (const [begin, next] of spans.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (begin !== end) throw broken(`tensors meet at ${end} and ${begin}`);
    end = next;
  }
  if (end !== length) throw broken(`${length} bytes of data where ${end} are named`);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, n) => size * n, 1);
}

function broken(value: string, cause?: unknown): EngineError {
  return new EngineError('not a whole safetensors file', value, 'write it again', { cause });
}
