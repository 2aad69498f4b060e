import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { METRICS_TABLES } from '../metrics.ts';
import { estimate, integer, interval, list, orNull, text, word } from './column.ts';
import { rowSchema, tableShape } from './table.ts';

const shape = tableShape('planted', 'A table with a column of each kind.', {
  name: text('a name'),
  view: word(['AP', 'PA'], 'a view'),
  n: orNull(integer('how many', 'images')),
  auroc: estimate('an area', 'AUROC'),
  ...interval('ci', 'interval of it', 'AUROC'),
  points: list(z.int(), 'some numbers'),
});
const row = {
  name: 'a',
  view: 'AP',
  n: null,
  auroc: 0.5,
  ci_low: 0.4,
  ci_high: 0.6,
  points: [1, 2],
};

test('a row has every column, no other, and null only where it is allowed', () => {
  const { points, ...short } = row;
  const allows = (value: unknown) => rowSchema(shape).safeParse(value).success;
  expect([row, { ...row, ci_low: null, ci_high: null, auroc: null }].map(allows)).toEqual([true, true]);
  expect(
    [short, { ...row, more: 1 }, { ...row, name: null }, { ...row, view: 'LATERAL' }].map(allows),
  ).toEqual([false, false, false, false]);
  expect(points).toEqual([1, 2]);
});

test('an interval is two columns, and a list is JSON in metrics.duckdb', () => {
  const stored = Object.entries(shape.columns).map(([name, { type, cell }]) => {
    const value = row[name as keyof typeof row] as never;
    return [name, type, value === null ? null : cell(value)];
  });
  expect(stored.slice(4)).toEqual([
    ['ci_low', 'double', 0.4],
    ['ci_high', 'double', 0.6],
    ['points', 'varchar', '[1,2]'],
  ]);
});

test('meanings and units are part of the JSON schema', () => {
  expect(z.toJSONSchema(rowSchema(shape)).properties?.auroc).toMatchObject({
    description: 'an area',
    unit: 'AUROC',
  });
});

describe.each(Object.values(METRICS_TABLES))('the table $name', ({ meaning, columns }) => {
  test('says in a line each what it and its columns are, and which may be null', () => {
    expect(meaning).toMatch(/^[^\n]+\.$/);
    for (const [name, column] of Object.entries(columns)) {
      expect(column.meaning, name).toMatch(/^[^\n]+$/);
      expect(column.schema.safeParse(null).success, name).toBe(column.nullable);
    }
  });
});
