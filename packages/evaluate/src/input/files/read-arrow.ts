import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { type DuckDBConnection, DuckDBDataChunk, INTEGER } from '@duckdb/node-api';
import { UserError } from '@viewgap/contracts';
import { CompressionType, compressionRegistry, type RecordBatch, RecordBatchReader } from 'apache-arrow';
import { decompress } from 'fzstd';
import { arrowCells } from './arrow-cells.ts';
import { unpackLz4Frame } from './lz4-frame.ts';
import { identifier } from './prediction-query.ts';

/** The column of a table from Arrow that numbers its rows, from 1. */
export const NUMBER = 'arrow_row_number';

/** Rows that one of DuckDB's chunks holds. */
const CHUNK = 2048;

/**
 * Copies an Arrow IPC file or stream, batch by batch, into a new table of DuckDB, which cannot read Arrow itself. Adds
 * the column NUMBER. Buffers may be packed by lz4 or zstd, as pandas' to_feather does.
 * @throws UserError where it is no Arrow file
 */
export async function loadArrow(connection: DuckDBConnection, path: string, table: string): Promise<void> {
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: unpackLz4Frame });
  // A copy: what fzstd returns may begin at any byte, and numbers of Arrow begin at a multiple of eight.
  compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => decompress(bytes).slice() });
  const handle = await open(path);
  try {
    await refuseOtherFormats(handle, path);
    const reader = await RecordBatchReader.from(handle);
    await reader.open();
    const columns = arrowCells(reader.schema);
    const named = columns.map(({ name, type }) => `${identifier(name)} ${type}`);
    await connection.run(`create table ${table} (${[...named, `${NUMBER} integer`].join(', ')})`);
    const appender = await connection.createAppender(table);
    const chunk = DuckDBDataChunk.create([...columns.map(({ type }) => type), INTEGER]);
    let row = 0;
    for await (const batch of reader as AsyncIterable<RecordBatch>) {
      for (let start = 0; start < batch.numRows; start += CHUNK) {
        const rows = Math.min(CHUNK, batch.numRows - start);
        chunk.rowCount = rows;
        columns.forEach(({ name, value }, c) => {
          const column = batch.getChild(name);
          chunk.setColumnValues(
            c,
            Array.from({ length: rows }, (_, i) => {
              const cell: unknown = column?.get(start + i) ?? null;
              return cell === null ? null : value(cell);
            }),
          );
        });
        chunk.setColumnValues(
          columns.length,
          Array.from({ length: rows }, () => ++row),
        );
        appender.appendDataChunk(chunk);
      }
    }
    appender.closeSync();
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const cure = 'it is no Arrow IPC file, or damaged: write it again, or as Parquet';
    throw new UserError('the predictions file cannot be read', basename(path), cure, { cause });
  } finally {
    await handle.close();
  }
}

/** What is named like an Arrow file and is none, by its first bytes. */
const OTHERS: readonly (readonly [magic: string, what: string, cure: string])[] = [
  ['FEA1', 'a Feather file of version 1', 'write version 2, or Parquet'],
  ['PAR1', 'a Parquet file that is named as an Arrow file', 'let its name end in .parquet'],
];

async function refuseOtherFormats(handle: FileHandle, path: string): Promise<void> {
  const { buffer } = await handle.read({ buffer: Buffer.alloc(4), position: 0 });
  const found = OTHERS.find(([magic]) => buffer.toString('latin1') === magic);
  if (found !== undefined) throw new UserError(found[1], basename(path), found[2]);
}
