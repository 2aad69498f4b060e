import { readFile } from 'node:fs/promises';
import {
  Binary,
  Bool,
  type Data,
  type DataType,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int8,
  Int32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { UserError } from './user-error.ts';

/** A cell of an artifact's table. */
export type Cell = string | number | boolean | Uint8Array | Float32Array | null;

const TYPES = {
  text: () => new Utf8(),
  int8: () => new Int8(),
  int32: () => new Int32(),
  float64: () => new Float64(),
  bool: () => new Bool(),
  bytes: () => new Binary(),
  vector: ({ length = 0 }: Column) => new FixedSizeList(length, new Field('item', new Float32(), false)),
} satisfies Record<string, (column: Column) => DataType>;

/** arrow-js wraps, rounds or drops what does not fit its column, silently. */
const FITS: Readonly<Record<Column['type'], (value: Cell, column: Column) => boolean>> = {
  text: (value) => typeof value === 'string',
  int8: (value) => typeof value === 'number' && value === (value << 24) >> 24,
  int32: (value) => typeof value === 'number' && value === (value | 0),
  float64: (value) => typeof value === 'number',
  bool: (value) => typeof value === 'boolean',
  bytes: (value) => value instanceof Uint8Array,
  vector: (value, { length }) => value instanceof Float32Array && value.length === length,
};

/** One column: its Arrow type, whether null is allowed, and its unit or meaning for other readers. */
export interface Column {
  readonly name: string;
  readonly type: 'text' | 'int8' | 'int32' | 'float64' | 'bool' | 'bytes' | 'vector';
  readonly nullable: boolean;
  readonly unit?: string;
  /** of a vector: how many float32 each has; vectors are never null */
  readonly length?: number;
}

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
    return new Field(column.name, TYPES[column.type](column), column.nullable, unit);
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
 * @throws Error where a column that is not nullable holds a null, or a value does not fit its column
 */
export function encodeTable(
  shape: TableShape,
  rows: readonly TableRow[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const schema = arrowSchema(shape, metadata);
  return tableToIPC(new Table(schema, recordBatch(schema, shape, rows)), 'file');
}

/** Rows as one record batch. @throws Error as encodeTable does */
export function recordBatch(schema: Schema, shape: TableShape, rows: readonly TableRow[]): RecordBatch {
  const struct = makeData({
    type: new Struct(schema.fields),
    length: rows.length,
    nullCount: 0,
    children: shape.columns.map((column) => columnData(shape, column, rows)) as never[],
  });
  return new RecordBatch(schema, struct as never);
}

function columnData(shape: TableShape, column: Column, rows: readonly TableRow[]): Data {
  const values = rows.map((row, i) => {
    const value = row[column.name] ?? null;
    if (value === null && !column.nullable) {
      throw new Error(`${shape.name}: column ${column.name} of row ${i} is null`);
    }
    if (value !== null && !FITS[column.type](value, column)) {
      throw new Error(`${shape.name}: column ${column.name} of row ${i} is not ${column.type}`);
    }
    return value;
  });
  const type = TYPES[column.type](column);
  if (type instanceof FixedSizeList) return vectorData(type, values as Float32Array[]);
  if (type instanceof Binary && !values.includes(null)) return bytesData(values as Uint8Array[]);
  return vectorFromArray(values as never[], type).data[0] ?? makeData({ type });
}

function vectorData(type: FixedSizeList<Float32>, vectors: readonly Float32Array[]): Data {
  const data = new Float32Array(vectors.length * type.listSize);
  vectors.forEach((vector, i) => {
    data.set(vector, i * type.listSize);
  });
  const child = makeData({ type: new Float32(), length: data.length, nullCount: 0, data });
  return makeData({ type, length: vectors.length, nullCount: 0, child });
}

/** A column of images, put together once: arrow-js' builder copies each three times. */
function bytesData(values: readonly Uint8Array[]) {
  const valueOffsets = new Int32Array(values.length + 1);
  values.forEach((value, i) => {
    valueOffsets[i + 1] = (valueOffsets[i] as number) + value.length;
  });
  const data = new Uint8Array(valueOffsets[values.length] as number);
  values.forEach((value, i) => {
    data.set(value, valueOffsets[i]);
  });
  return makeData({ type: new Binary(), length: values.length, nullCount: 0, valueOffsets, data });
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
