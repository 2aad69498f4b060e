import { readFile } from 'node:fs/promises';
import { UserError } from '@viewgap/contracts';
import {
  Field,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
} from 'apache-arrow';
import { arrowType, type Cell, type Column, FITS } from './column.ts';
import { type ColumnBuilder, columnBuilder } from './column-builder.ts';

export type TableRow = Readonly<Record<string, Cell>>;

/** Shape of one of viewgap's Arrow files; name and version are written into the schema's metadata. */
export interface TableShape {
  readonly name: string;
  readonly version: number;
  readonly columns: readonly Column[];
}

/** The Arrow schema of a table, its name and version in the metadata. */
export function arrowSchema(shape: TableShape, metadata: Readonly<Record<string, string>>): Schema {
  const fields = shape.columns.map((column) => {
    const unit = column.unit === undefined ? undefined : new Map([['unit', column.unit]]);
    return new Field(column.name, arrowType(column), column.nullable, unit);
  });
  return new Schema(
    fields,
    new Map([
      ['viewgap.table', shape.name],
      ['viewgap.version', String(shape.version)],
      ...Object.entries(metadata),
    ]),
  );
}

/**
 * Rows as the bytes of an Arrow IPC file, readable by pyarrow and pandas. The same rows give the same bytes.
 * @param rows each is looked at once, so that they may be made one by one
 * @throws Error where a column that is not nullable holds a null, or a value does not fit its column
 */
export function encodeTable(
  shape: TableShape,
  rows: Iterable<TableRow>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const schema = arrowSchema(shape, metadata);
  return tableToIPC(new Table(schema, recordBatch(schema, shape, rows)), 'file');
}

/**
 * As encodeTable, in pieces that are to be written one after the other: a table of images is not in memory twice.
 * @param rows may come one by one, from a file that is read meanwhile
 */
export async function encodePieces(
  shape: TableShape,
  rows: Iterable<TableRow> | AsyncIterable<TableRow>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array[]> {
  const schema = arrowSchema(shape, metadata);
  const batch = new BatchBuilder(shape);
  for await (const row of rows) batch.append(row);
  const writer = RecordBatchFileWriter.writeAll(new Table(schema, batch.finish(schema)));
  const pieces: Uint8Array[] = [];
  for await (const piece of writer) pieces.push(piece);
  return pieces;
}

/** Rows as one record batch. @throws Error as encodeTable does */
export function recordBatch(schema: Schema, shape: TableShape, rows: Iterable<TableRow>): RecordBatch {
  const batch = new BatchBuilder(shape);
  for (const row of rows) batch.append(row);
  return batch.finish(schema);
}

class BatchBuilder {
  private readonly builders: readonly ColumnBuilder[];
  private length = 0;

  constructor(private readonly shape: TableShape) {
    this.builders = shape.columns.map(columnBuilder);
  }

  append(row: TableRow): void {
    this.shape.columns.forEach((column, i) => {
      const cell = checked(this.shape, column, row[column.name] ?? null, this.length);
      this.builders[i]?.append(cell);
    });
    this.length++;
  }

  finish(schema: Schema): RecordBatch {
    const children = this.builders.map((builder) => builder.finish());
    const type = new Struct(schema.fields);
    const struct = makeData({ type, length: this.length, nullCount: 0, children: children as never[] });
    return new RecordBatch(schema, struct as never);
  }
}

function checked(shape: TableShape, column: Column, cell: Cell, row: number): Cell {
  if (cell === null && !column.nullable) {
    throw new Error(`${shape.name}: column ${column.name} of row ${row} is null`);
  }
  if (cell !== null && !FITS[column.type](cell, column)) {
    throw new Error(`${shape.name}: column ${column.name} of row ${row} is not ${column.type}`);
  }
  return cell;
}

/** Parses an Arrow file and checks that it is a table of this shape and version. `where` names it in errors. */
export function decodeTable(shape: TableShape, bytes: Uint8Array, where: string): Table {
  const rebuild = 'run the stage that wrote it again';
  let table: Table;
  try {
    table = tableFromIPC(bytes);
  } catch (cause) {
    throw new UserError('not an Arrow file', where, rebuild, { cause });
  }
  const name = table.schema.metadata.get('viewgap.table');
  const version = table.schema.metadata.get('viewgap.version');
  if (name !== shape.name || version !== String(shape.version)) {
    throw new UserError(`not a ${shape.name} table of version ${shape.version}`, where, rebuild);
  }
  const missing = shape.columns.find((column) => !table.schema.names.includes(column.name));
  if (missing) throw new UserError(`column ${missing.name} is missing`, where, rebuild);
  return table;
}

export async function readTable(shape: TableShape, path: string): Promise<Table> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new UserError('no such file', path, 'run the stage that writes it first', { cause });
  }
  return decodeTable(shape, bytes, path);
}
