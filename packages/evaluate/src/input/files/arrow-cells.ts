import { BIGINT, BOOLEAN, DOUBLE, type DuckDBType, type DuckDBValue, VARCHAR } from '@duckdb/node-api';
import { DataType, type Decimal, type Schema } from 'apache-arrow';

/** How a column of an Arrow file goes over: its type in DuckDB, and each of its values. */
export interface ArrowCells {
  readonly name: string;
  readonly type: DuckDBType;
  readonly value: (cell: unknown) => DuckDBValue;
}

/** Columns that are read: all but structs, maps, unions and lists of anything but texts. */
export function arrowCells(schema: Schema): ArrowCells[] {
  return schema.fields.flatMap(({ name, type }) => {
    const cells = cellsOf(type);
    return cells === null ? [] : [{ name, ...cells }];
  });
}

/** 64-bit integers come as bigint; ids may be numbers, and must not become 7.0. */
function cellsOf(type: DataType): Omit<ArrowCells, 'name'> | null {
  if (DataType.isDictionary(type)) return cellsOf(type.dictionary);
  if (DataType.isFloat(type)) return { type: DOUBLE, value: Number };
  if (DataType.isBool(type)) return { type: BOOLEAN, value: (cell) => cell === true };
  if (DataType.isInt(type)) {
    if (type.isSigned || type.bitWidth < 64)
      return { type: BIGINT, value: (cell) => BigInt(cell as number | bigint) };
    return { type: VARCHAR, value: String };
  }
  if (DataType.isDecimal(type)) return { type: VARCHAR, value: (cell) => decimalText(cell, type) };
  if (DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isBinaryView(type))
    return { type: VARCHAR, value: (cell) => Buffer.from(cell as Uint8Array).toString('utf8') };
  if (DataType.isTimestamp(type) || DataType.isDate(type))
    return { type: VARCHAR, value: (cell) => new Date(Number(cell)).toISOString() };
  if (isList(type)) {
    const [child] = type.children;
    return child !== undefined && isText(child.type)
      ? { type: VARCHAR, value: (cell) => JSON.stringify([...(cell as Iterable<string | null>)]) }
      : null;
  }
  if (DataType.isStruct(type) || DataType.isMap(type) || DataType.isUnion(type)) return null;
  return { type: VARCHAR, value: String };
}

const isList = (type: DataType) =>
  DataType.isList(type) || DataType.isLargeList(type) || DataType.isFixedSizeList(type);

const isText = (type: DataType): boolean =>
  DataType.isDictionary(type)
    ? isText(type.dictionary)
    : DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type);

/** A decimal in full: its words hold the number without its point. */
function decimalText(words: unknown, { scale, bitWidth }: Decimal): string {
  const unsigned = [...(words as Uint32Array)].reduceRight((high, word) => (high << 32n) | BigInt(word), 0n);
  const number = BigInt.asIntN(bitWidth, unsigned);
  if (scale <= 0) return String(number * 10n ** BigInt(-scale));
  const digits = String(number < 0n ? -number : number).padStart(scale + 1, '0');
  return `${number < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
