import {
  Binary,
  Bool,
  type DataType,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int8,
  Int32,
  Utf8,
} from 'apache-arrow';

/** A cell of an artifact's table. */
export type Cell = string | number | boolean | Uint8Array | Float32Array | null;

/** One column: its Arrow type, whether null is allowed, and its unit or meaning for other readers. */
export interface Column {
  readonly name: string;
  readonly type: 'text' | 'int8' | 'int32' | 'float64' | 'bool' | 'bytes' | 'vector';
  readonly nullable: boolean;
  readonly unit?: string;
  /** of a vector: how many float32 each has; vectors are never null */
  readonly length?: number;
}

const TYPES = {
  text: () => new Utf8(),
  int8: () => new Int8(),
  int32: () => new Int32(),
  float64: () => new Float64(),
  bool: () => new Bool(),
  bytes: () => new Binary(),
  vector: ({ length = 0 }: Column) => new FixedSizeList(length, new Field('item', new Float32(), false)),
} satisfies Record<Column['type'], (column: Column) => DataType>;

export function arrowType(column: Column): DataType {
  return TYPES[column.type](column);
}

/** Whether a cell that is not null fits its column: arrow-js wraps, rounds or drops what does not, silently. */
export const FITS: Readonly<Record<Column['type'], (value: Cell, column: Column) => boolean>> = {
  text: (value) => typeof value === 'string',
  int8: (value) => typeof value === 'number' && value === (value << 24) >> 24,
  int32: (value) => typeof value === 'number' && value === (value | 0),
  float64: (value) => typeof value === 'number',
  bool: (value) => typeof value === 'boolean',
  bytes: (value) => value instanceof Uint8Array,
  vector: (value, { length }) => value instanceof Float32Array && value.length === length,
};
