import { RecordBatchFileWriter } from 'apache-arrow';
import { replaceFileAtomic } from '../files/atomic-file.ts';
import { arrowSchema, recordBatch, type TableRow, type TableShape } from './arrow.ts';

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
    const writer = new RecordBatchFileWriter();
    let failure: unknown = null;
    // After a failure the rest is taken and dropped: a writer that nobody reads has errors of its own.
    const written = (async () => {
      for await (const bytes of writer) {
        if (failure !== null) continue;
        await file.writeFile(bytes).catch((error: unknown) => {
          failure = error;
        });
      }
    })();
    const append: AppendRows = async (some) => {
      if (failure !== null) throw failure;
      const batch = recordBatch(schema, shape, some);
      writer.write(batch);
      batches++;
      rows += batch.numRows;
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
