import { type FileHandle, open } from 'node:fs/promises';
import { SHARD } from '@viewgap/artifacts';
import { UserError } from '@viewgap/contracts';
import { DataType, Message, type Schema } from 'apache-arrow';
import { type FileBlock, Footer } from 'apache-arrow/ipc/metadata/file';

/** Where the values of a text or bytes column lie in the file: value i from offsets[i] to offsets[i + 1]. */
interface Values {
  /** file position of offset 0 */
  readonly start: number;
  readonly offsets: Int32Array;
}

interface Rows {
  /** row of the file that is the first here */
  readonly first: number;
  readonly count: number;
  readonly ids: Values;
  /** bytes of all ids of these rows, end to end */
  readonly idBytes: Buffer;
  readonly images: Values;
}

/** An image as it lies in a shard. */
export interface ShardRow {
  readonly imageId: string;
  /** PNG, or pixels row by row */
  readonly image: Uint8Array;
}

const MAGIC = 'ARROW1';
/** Length of the footer, then the magic. */
const TAIL_BYTES = 4 + MAGIC.length;

/**
 * A shard of the store, opened by its footer alone: its ids and the positions of its images stay in memory (some 30
 * bytes an image), the images are read from the disk one by one when they are asked for. No file is kept open.
 */
export class ShardFile {
  readonly #path: string;
  readonly #batches: readonly Rows[];

  private constructor(path: string, batches: readonly Rows[]) {
    this.#path = path;
    this.#batches = batches;
  }

  /** @throws UserError where there is no such file, or none of the shape SHARD */
  static async open(path: string): Promise<ShardFile> {
    return withFile(path, async (file) => {
      const { size } = await file.stat();
      const footer = await readFooter(file, size);
      checkSchema(footer.schema);
      const batches: Rows[] = [];
      let first = 0;
      for (const block of footer.recordBatches()) {
        const rows = await readRows(file, block, first);
        batches.push(rows);
        first += rows.count;
      }
      return new ShardFile(path, batches);
    });
  }

  /** @throws UserError where the shard has no such row, or has changed since it was opened */
  async row(index: number): Promise<ShardRow> {
    return withFile(this.#path, async (file) => {
      const rows = this.#batches.find(({ first, count }) => index >= first && index < first + count);
      if (rows === undefined) throw new RangeError(`no row ${index}`);
      const [idFrom, idTo] = range(rows.ids, index - rows.first);
      const [from, to] = range(rows.images, index - rows.first);
      return {
        imageId: rows.idBytes.toString('utf8', idFrom, idTo),
        image: await readRange(file, rows.images.start + from, to - from),
      };
    });
  }
}

async function readFooter(file: FileHandle, size: number): Promise<Footer> {
  const tail = await readRange(file, size - TAIL_BYTES, TAIL_BYTES);
  if (tail.toString('latin1', 4) !== MAGIC) throw new Error('no Arrow file');
  const bytes = tail.readInt32LE(0);
  return Footer.decode(await readRange(file, size - TAIL_BYTES - bytes, bytes));
}

function checkSchema({ metadata, fields }: Schema): void {
  const isShape =
    metadata.get('viewgap.table') === SHARD.name &&
    metadata.get('viewgap.version') === String(SHARD.version) &&
    fields.map(({ name }) => name).join() === 'image_id,image' &&
    DataType.isUtf8(fields[0]?.type) &&
    DataType.isBinary(fields[1]?.type);
  if (!isShape) throw new Error(`columns ${fields.join()}`);
}

/** The offsets and ids of a record batch. Each of its two columns has three buffers: validity, offsets, values. */
async function readRows(file: FileHandle, block: FileBlock, first: number): Promise<Rows> {
  const metadata = await readRange(file, block.offset, block.metaDataLength);
  // Since Arrow 0.15 four bytes of continuation marker stand before the length.
  const prefix = metadata.readInt32LE(0) === -1 ? 8 : 4;
  const message = Message.decode(metadata.subarray(prefix));
  if (!message.isRecordBatch()) throw new Error('no record batch');
  const { length, buffers, compression } = message.header();
  if (compression !== null) throw new Error('a compressed record batch');
  const body = block.offset + block.metaDataLength;
  const values = async (column: number): Promise<Values> => {
    const [offsets, data] = [buffers[3 * column + 1], buffers[3 * column + 2]];
    if (!offsets || !data) throw new Error('a column without values');
    // A batch without rows may leave its one offset out.
    const bytes =
      length === 0 ? Buffer.alloc(4) : await readRange(file, body + offsets.offset, 4 * (length + 1));
    return {
      start: body + data.offset,
      offsets: Int32Array.from({ length: length + 1 }, (_, i) => bytes.readInt32LE(4 * i)),
    };
  };
  const [ids, images] = [await values(0), await values(1)];
  const idBytes = await readRange(file, ids.start, ids.offsets[length] as number);
  return { first, count: length, ids, idBytes, images };
}

function range({ offsets }: Values, at: number): [from: number, to: number] {
  return [offsets[at] as number, offsets[at + 1] as number];
}

/** What is wrong with the content is the shard's fault; what the operating system says is passed on. */
async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    return await use(file);
  } catch (cause) {
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (syscall !== undefined && code !== 'ENOENT') throw cause;
    const what =
      code === 'ENOENT'
        ? 'a shard is missing from the store'
        : `not a whole ${SHARD.name} table of version ${SHARD.version}`;
    throw new UserError(what, path, 'run ingest again with --skip-nx-cache', { cause });
  } finally {
    await file?.close();
  }
}

async function readRange(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  if (position < 0 || bytes < 0) throw new RangeError('outside the file');
  const buffer = Buffer.allocUnsafeSlow(bytes);
  for (let done = 0; done < bytes; ) {
    const { bytesRead } = await file.read(buffer, done, bytes - done, position + done);
    if (bytesRead === 0) throw new RangeError('the file ends early');
    done += bytesRead;
  }
  return buffer;
}
