import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import type { Sha256 } from '@viewgap/contracts';
import { MAX_FILE_BYTES, type Radiograph, RadiographReader, type ReaderSettings } from './radiograph.ts';
import type { Rejection } from './rejection.ts';

/** A file to be read. */
export interface ReadJob {
  readonly id: number;
  readonly path: string;
}

/** What reading a file came to. `fileSha256` is empty where the file is too large to be read. */
export interface ReadResult {
  readonly fileSha256: Sha256;
  readonly image: Radiograph | Rejection;
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
  let turn = Promise.resolve();
  port.on('message', (job: ReadJob) => {
    turn = turn.then(() => answer(port, reader, job));
  });
  port.postMessage({ kind: 'ready' } satisfies WorkerMessage);
}

async function answer(port: MessagePort, reader: RadiographReader, { id, path }: ReadJob): Promise<void> {
  try {
    const result = await readOne(reader, path);
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

async function readOne(reader: RadiographReader, path: string): Promise<ReadResult> {
  const bytes = readFileSync(path);
  if (bytes.length > MAX_FILE_BYTES) {
    return { fileSha256: '', image: { reason: 'over-size', detail: `${bytes.length} bytes` } };
  }
  const fileSha256 = createHash('sha256').update(bytes).digest('hex');
  return { fileSha256, image: await reader.read(bytes) };
}
