import { z } from 'zod';

/** How metrics.duckdb stores a value. */
type Storage = 'varchar' | 'integer' | 'bigint' | 'double' | 'boolean';
type Cell = string | number | boolean | null;

/** A column of a table, the same in metrics.json and metrics.duckdb. Its schema and its documentation come from here. */
export interface Column<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  /** null where a number cannot be computed; the row's `note` says why */
  readonly nullable: boolean;
  /** one line */
  readonly meaning: string;
  /** null: it has none */
  readonly unit: string | null;
  /** type in metrics.duckdb */
  readonly type: Storage;
  /** what metrics.duckdb stores of a value of metrics.json that is not null */
  readonly cell: (value: never) => Cell;
}

export type Columns = Readonly<Record<string, Column>>;

function column<Schema extends z.ZodType>(
  schema: Schema,
  type: Storage,
  meaning: string,
  unit: string | null,
): Column<Schema> {
  return { schema, nullable: false, meaning, unit, type, cell: (value) => value };
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

type Estimated = ReturnType<typeof estimate>;

/** The two columns of an interval at the level of the settings, `ci_low` and `ci_high` of the name `ci`. */
export function interval<const Name extends string>(name: Name, meaning: string, unit: string | null) {
  return {
    [`${name}_low`]: estimate(`lower end of the ${meaning}`, unit),
    [`${name}_high`]: estimate(`upper end of the ${meaning}`, unit),
  } as { readonly [Key in `${Name}_low` | `${Name}_high`]: Estimated };
}

/** A list, JSON in metrics.duckdb. */
export function list<Item extends z.ZodType>(item: Item, meaning: string): Column<z.ZodArray<Item>> {
  return {
    ...column(z.array(item), 'varchar', meaning, null),
    cell: (items: unknown) => JSON.stringify(items),
  };
}
