import { open } from 'node:fs/promises';
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api';
import { UserError } from '@viewgap/contracts';
import { DataType, type RecordBatch, RecordBatchReader, type Schema } from 'apache-arrow';

/** Rows that one of DuckDB's chunks holds. */
const CHUNK = 2048;

/** How a column goes over: its type, and each of its values. */
interface Carrier {
  readonly name: string;
  readonly type: DuckDBType;
  readonly value: (cell: unknown) => DuckDBValue;
}

/**
 * Copies an Arrow IPC file or stream, batch by batch, into a new table of DuckDB, which cannot read Arrow itself. Adds
 * a column `row`, from 1. Columns of lists and structs are left out.
 * @throws UserError where it is no Arrow file
 */
export async function loadArrow(connection: DuckDBConnection, path: string, table: string): Promise<void> {
  const handle = await open(path);
  try {
    const reader = await RecordBatchReader.from(handle);
    await reader.open();
    const carriers = carriersOf(reader.schema);
    const columns = carriers.map(({ name, type }) => `"${name.replaceAll('"', '""')}" ${type}`);
    await connection.run(`create table ${table} (${[...columns, '"row" integer'].join(', ')})`);
    const appender = await connection.createAppender(table);
    const chunk = DuckDBDataChunk.create([...carriers.map(({ type }) => type), INTEGER]);
    let row = 0;
    for await (const batch of reader as AsyncIterable<RecordBatch>) {
      for (let start = 0; start < batch.numRows; start += CHUNK) {
        const rows = Math.min(CHUNK, batch.numRows - start);
        chunk.rowCount = rows;
        carriers.forEach(({ name, value }, c) => {
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
          carriers.length,
          Array.from({ length: rows }, () => ++row),
        );
        appender.appendDataChunk(chunk);
      }
    }
    appender.closeSync();
  } catch (cause) {
    throw new UserError('the predictions file cannot be read', path, 'it is no Arrow IPC file', { cause });
  } finally {
    await handle.close();
  }
}

function carriersOf(schema: Schema | undefined): Carrier[] {
  if (schema === undefined) throw new Error('an Arrow file without a schema');
  return schema.fields.flatMap(({ name, type }) => {
    const carrier = carrierOf(DataType.isDictionary(type) ? type.dictionary : type);
    return carrier === null || name === 'row' ? [] : [{ name, ...carrier }];
  });
}

/** 64-bit integers come as bigint; ids may be numbers, and must not become 7.0. */
function carrierOf(type: DataType): Omit<Carrier, 'name'> | null {
  if (
    DataType.isList(type) ||
    DataType.isStruct(type) ||
    DataType.isFixedSizeList(type) ||
    DataType.isMap(type)
  )
    return null;
  if (DataType.isFloat(type)) return { type: DOUBLE, value: (cell) => Number(cell) };
  if (DataType.isBool(type)) return { type: BOOLEAN, value: (cell) => cell === true };
  if (DataType.isInt(type) && type.bitWidth < 64)
    return { type: BIGINT, value: (cell) => BigInt(cell as number) };
  if (DataType.isInt(type) && type.isSigned) return { type: BIGINT, value: (cell) => BigInt(cell as bigint) };
  return { type: VARCHAR, value: (cell) => String(cell) };
}
