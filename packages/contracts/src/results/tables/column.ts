import { z } from 'zod';

/** How metrics.duckdb stores a value. */
type Storage = 'varchar' | 'integer' | 'bigint' | 'double' | 'boolean';
type Cell = string | number | boolean | null;

/** A column of metrics.duckdb: a column of metrics.json is one of them, or several. */
export interface StoredColumn {
  /** what follows the column's name: `_lo` of `ci_lo` */
  readonly suffix: string;
  readonly type: Storage;
  /** a part may be null where the whole is not */
  readonly nullable?: boolean;
  /** @param value of a row of metrics.json, not null */
  readonly cell: (value: never) => Cell;
}

/** A column of a table of metrics.json. Its schema, its columns in metrics.duckdb and its documentation come from here. */
export interface Column<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  /** null where a number cannot be computed; the row's `note` says why */
  readonly nullable: boolean;
  /** one line */
  readonly meaning: string;
  /** null: it has none */
  readonly unit: string | null;
  readonly stored: readonly StoredColumn[];
}

export type Columns = Readonly<Record<string, Column>>;

function column<Schema extends z.ZodType>(
  schema: Schema,
  stored: Storage | readonly StoredColumn[],
  meaning: string,
  unit: string | null,
): Column<Schema> {
  const whole = (type: Storage): StoredColumn[] => [{ suffix: '', type, cell: (value) => value }];
  const columns = typeof stored === 'string' ? whole(stored) : stored;
  return { schema, nullable: false, meaning, unit, stored: columns };
}

export function text(meaning: string): Column<z.ZodString> {
  return column(z.string(), 'varchar', meaning, null);
}

/** One of a few words. */
export function word<const Words extends readonly string[]>(words: Words, meaning: string) {
  return column(z.enum(words), 'varchar', meaning, null);
}

export function flag(meaning: string): Column<z.ZodBoolean> {
  return column(z.boolean(), 'boolean', meaning, null);
}

export function integer(meaning: string, unit: string | null): Column<z.ZodInt> {
  return column(z.int(), 'integer', meaning, unit);
}

/** An integer that may be larger than 32 bits hold. */
export function largeInteger(meaning: string, unit: string): Column<z.ZodInt> {
  return column(z.int(), 'bigint', meaning, unit);
}

export function number(meaning: string, unit: string | null): Column<z.ZodNumber> {
  return column(z.number(), 'double', meaning, unit);
}

/** The same column where null is allowed. */
export function orNull<Schema extends z.ZodType>(of: Column<Schema>): Column<z.ZodNullable<Schema>> {
  return { ...of, schema: z.nullable(of.schema), nullable: true };
}

/** A number that is null where it cannot be computed. */
export function estimate(meaning: string, unit: string | null): Column<z.ZodNullable<z.ZodNumber>> {
  return orNull(number(meaning, unit));
}

/** [lo, hi] at the level of the settings, two columns in metrics.duckdb; null where it cannot be computed. */
export function interval(meaning: string, unit: string | null) {
  const stored: StoredColumn[] = [
    { suffix: '_lo', type: 'double', cell: ([lo]: [number, number]) => lo },
    { suffix: '_hi', type: 'double', cell: ([, hi]: [number, number]) => hi },
  ];
  return orNull(column(z.tuple([z.number(), z.number()]), stored, meaning, unit));
}

/** A number of each view, two columns in metrics.duckdb. */
export function byView(meaning: string, unit: string | null) {
  const schema = z.strictObject({ AP: z.number().nullable(), PA: z.number().nullable() });
  const stored: StoredColumn[] = [
    { suffix: '_ap', type: 'double', nullable: true, cell: ({ AP }: z.infer<typeof schema>) => AP },
    { suffix: '_pa', type: 'double', nullable: true, cell: ({ PA }: z.infer<typeof schema>) => PA },
  ];
  return column(schema, stored, meaning, unit);
}

/** A list, JSON in metrics.duckdb. */
export function list<Item extends z.ZodType>(item: Item, meaning: string): Column<z.ZodArray<Item>> {
  const stored: StoredColumn = { suffix: '', type: 'varchar', cell: (items) => JSON.stringify(items) };
  return column(z.array(item), [stored], meaning, null);
}
