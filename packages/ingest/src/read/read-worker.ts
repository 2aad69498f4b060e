import { hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import type { Sha256 } from '@viewgap/artifacts';
import {
  MAX_FILE_BYTES,
  type Radiograph,
  RadiographReader,
  type ReaderSettings,
  type RejectedImage,
} from '../image/radiograph.ts';

/** A file to be read. */
export interface ReadJob {
  readonly id: number;
  readonly path: string;
}

/** What reading a file came to. `fileSha256` is empty where the file is too large to be read. */
export interface ReadResult {
  readonly fileSha256: Sha256;
  readonly image: Radiograph | RejectedImage;
}

/** What a worker says: that it is ready, or what became of a job. `code`: the system's word for why not. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'read'; readonly id: number; readonly result: ReadResult; readonly retire: boolean }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly error: Error;
      readonly code: string | undefined;
    };

/** After an image of this many pixels a worker ends: WebAssembly's memory grows and never shrinks. */
const RETIRING_PIXELS = 2 ** 25;

/** Answers jobs one after another until the thread is ended. */
export function serve(port: MessagePort, settings: ReaderSettings): void {
  const reader = new RadiographReader(settings);
  const files = new FileReader();
  let turn = Promise.resolve();
  port.on('message', (job: ReadJob) => {
    turn = turn.then(() => answer(port, reader, files, job));
  });
  port.postMessage({ kind: 'ready' } satisfies WorkerMessage);
}

async function answer(
  port: MessagePort,
  reader: RadiographReader,
  files: FileReader,
  { id, path }: ReadJob,
): Promise<void> {
  try {
    const result = await readOne(reader, files, path);
    const { image } = result;
    const retire = 'encoded' in image && image.width * image.height >= RETIRING_PIXELS;
    const message: WorkerMessage = { kind: 'read', id, result, retire };
    port.postMessage(message, 'encoded' in image ? [image.encoded.buffer] : []);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const { code } = error as NodeJS.ErrnoException;
    port.postMessage({ kind: 'failed', id, error, code } satisfies WorkerMessage);
  }
}

async function readOne(reader: RadiographReader, files: FileReader, path: string): Promise<ReadResult> {
  const bytes = files.read(path);
  if (typeof bytes === 'number') {
    return { fileSha256: '', image: { reason: 'over-size', detail: `${bytes} bytes`, film: null } };
  }
  return { fileSha256: hash('sha256', bytes), image: await reader.read(bytes) };
}

/** Reads files into memory that it keeps: new memory for every file takes as long as reading it. */
class FileReader {
  #memory = Buffer.allocUnsafeSlow(2 ** 20);

  /** The file's bytes, until the next one is read; or how many they are where they are too many. */
  read(path: string): Buffer | number {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      if (size > MAX_FILE_BYTES) return size;
      if (this.#memory.length < size) this.#memory = Buffer.allocUnsafeSlow(2 * size);
      let end = 0;
      for (let count = 1; count > 0 && end < size; end += count) {
        count = readSync(file, this.#memory, end, size - end, null);
      }
      return this.#memory.subarray(0, end);
    } finally {
      closeSync(file);
    }
  }
}
