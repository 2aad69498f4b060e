import { RecordBatchFileWriter } from 'apache-arrow';
import { replaceFileAtomic } from '../files/atomic-file.ts';
import { arrowSchema, recordBatch, type TableRow, type TableShape } from './arrow.ts';

/** Rows of a batch: tables of fewer rows are one. */
const BATCH_ROWS = 2 ** 15;

/** Writes some rows as a record batch of their own; each is looked at once. */
export type AppendRows = (rows: Iterable<TableRow>) => Promise<void>;

/**
 * Writes an Arrow IPC file batch by batch: of a table of any length only the rows of one batch are in memory.
 * @param write hands over the rows; the file is there, whole, once it has resolved
 * @returns the number of rows
 * @throws Error as encodeTable does
 */
export async function writeTable(
  path: string,
  shape: TableShape,
  write: (append: AppendRows) => Promise<void>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<number> {
  const schema = arrowSchema(shape, metadata);
  let [batches, rows] = [0, 0];
  await replaceFileAtomic(path, async (file) => {
    const writer = new PositionedWriter();
    let failure: unknown = null;
    let drained = () => {};
    // After a failure the rest is taken and dropped: a writer that nobody reads has errors of its own.
    const written = (async () => {
      let done = 0;
      for await (const bytes of writer) {
        done += bytes.length;
        if (failure === null) {
          await file.writeFile(bytes).catch((error: unknown) => {
            failure = error;
          });
        }
        if (done === writer.position) drained();
      }
    })();
    const append: AppendRows = async (some) => {
      if (failure !== null) throw failure;
      const batch = recordBatch(schema, shape, some);
      const isDrained = new Promise<void>((resolve) => {
        drained = resolve;
      });
      writer.write(batch);
      batches++;
      rows += batch.numRows;
      await isDrained;
    };
    try {
      await write(append);
      // The schema goes out with a batch.
      if (batches === 0) await append([]);
    } finally {
      writer.close();
      await written;
    }
    if (failure !== null) throw failure;
  });
  return rows;
}

/** Tells how many bytes it has handed over. */
class PositionedWriter extends RecordBatchFileWriter {
  get position(): number {
    return this._position;
  }
}

/**
 * Writes rows as an Arrow IPC file in batches of 32,768.
 * @returns the number of rows
 * @throws Error as encodeTable does
 */
export function writeRows(
  path: string,
  shape: TableShape,
  rows: Iterable<TableRow>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<number> {
  return writeTable(
    path,
    shape,
    async (append) => {
      const iterator = rows[Symbol.iterator]();
      let next = iterator.next();
      const batch = function* () {
        for (let i = 0; i < BATCH_ROWS && !next.done; i++) {
          yield next.value;
          next = iterator.next();
        }
      };
      do await append(batch());
      while (!next.done);
    },
    metadata,
  );
}
