import { z } from 'zod';
import type { Columns } from './column.ts';

/** What a table of metrics.json promises to its readers: its name there and in metrics.duckdb, and its columns in order. */
export interface MetricsTableShape<Name extends string = string, Of extends Columns = Columns> {
  readonly name: Name;
  /** what its rows are, one line */
  readonly meaning: string;
  readonly columns: Of;
}

export function tableShape<const Name extends string, Of extends Columns>(
  name: Name,
  meaning: string,
  columns: Of,
): MetricsTableShape<Name, Of> {
  return { name, meaning, columns };
}

export type RowSchema<Of extends Columns> = z.ZodObject<
  { -readonly [Name in keyof Of]: Of[Name]['schema'] },
  z.core.$strict
>;

/** A row as metrics.json has it. */
export type RowOf<Shape extends MetricsTableShape> = z.infer<RowSchema<Shape['columns']>>;

/** Schema of a row, with meanings and units for the JSON Schema made from it. */
export function rowSchema<Of extends Columns>({ columns }: MetricsTableShape<string, Of>): RowSchema<Of> {
  const entries = Object.entries(columns).map(([name, { schema, meaning, unit }]) => {
    z.globalRegistry.add(schema, { description: meaning, ...(unit !== null && { unit }) });
    return [name, schema];
  });
  return z.strictObject(Object.fromEntries(entries)) as RowSchema<Of>;
}
