import { readFile } from 'node:fs/promises';
import {
  Binary,
  Bool,
  type DataType,
  Field,
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
export type Cell = string | number | boolean | Uint8Array | null;

const TYPES = {
  text: () => new Utf8(),
  int8: () => new Int8(),
  int32: () => new Int32(),
  float64: () => new Float64(),
  bool: () => new Bool(),
  bytes: () => new Binary(),
} satisfies Record<string, () => DataType>;

/** arrow-js wraps, rounds or drops what does not fit its column, silently. */
const FITS: Readonly<Record<keyof typeof TYPES, (value: Cell) => boolean>> = {
  text: (value) => typeof value === 'string',
  int8: (value) => typeof value === 'number' && value === (value << 24) >> 24,
  int32: (value) => typeof value === 'number' && value === (value | 0),
  float64: (value) => typeof value === 'number',
  bool: (value) => typeof value === 'boolean',
  bytes: (value) => value instanceof Uint8Array,
};

/** One column: its Arrow type, whether null is allowed, and its unit or meaning for other readers. */
export interface Column {
  readonly name: string;
  readonly type: keyof typeof TYPES;
  readonly nullable: boolean;
  readonly unit?: string;
}

/** Shape of one of viewgap's Arrow files; name and version are written into the schema's metadata. */
export interface TableShape {
  readonly name: string;
  readonly version: number;
  readonly columns: readonly Column[];
}

function arrowSchema(shape: TableShape, metadata: Readonly<Record<string, string>>): Schema {
  const fields = shape.columns.map((column) => {
    const unit = column.unit === undefined ? undefined : new Map([['unit', column.unit]]);
    return new Field(column.name, TYPES[column.type](), column.nullable, unit);
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
  rows: readonly Readonly<Record<string, Cell>>[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const schema = arrowSchema(shape, metadata);
  const children = shape.columns.map((column) => {
    const values = rows.map((row, i) => {
      const value = row[column.name] ?? null;
      if (value === null && !column.nullable) {
        throw new Error(`${shape.name}: column ${column.name} of row ${i} is null`);
      }
      if (value !== null && !FITS[column.type](value)) {
        throw new Error(`${shape.name}: column ${column.name} of row ${i} is not ${column.type}`);
      }
      return value;
    });
    if (column.type === 'bytes' && !values.includes(null)) return bytesData(values as Uint8Array[]);
    const vector = vectorFromArray(values as never[], TYPES[column.type]());
    return vector.data[0] ?? makeData({ type: TYPES[column.type]() });
  });
  const struct = makeData({
    type: new Struct(schema.fields),
    length: rows.length,
    nullCount: 0,
    children: children as never[],
  });
  const table = new Table(schema, new RecordBatch(schema, struct as never));
  return tableToIPC(table, 'file');
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
