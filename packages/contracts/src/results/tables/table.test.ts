import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { METRICS_TABLES } from '../metrics.ts';
import { byView, estimate, integer, interval, list, orNull, text, word } from './column.ts';
import { rowSchema, tableShape } from './table.ts';

const shape = tableShape('planted', 'A table with a column of each kind.', {
  name: text('a name'),
  view: word(['AP', 'PA'], 'a view'),
  n: orNull(integer('how many', 'images')),
  auroc: estimate('an area', 'AUROC'),
  ci: interval('its interval', 'AUROC'),
  prevalence: byView('a share', 'share'),
  points: list(z.int(), 'some numbers'),
});
const row = {
  name: 'a',
  view: 'AP',
  n: null,
  auroc: 0.5,
  ci: [0.4, 0.6],
  prevalence: { AP: 0.1, PA: null },
  points: [1, 2],
};

test('a row has every column, no other, and null only where it is allowed', () => {
  const { points, ...short } = row;
  const allows = (value: unknown) => rowSchema(shape).safeParse(value).success;
  expect([row, { ...row, ci: null, auroc: null }].map(allows)).toEqual([true, true]);
  expect(
    [short, { ...row, more: 1 }, { ...row, name: null }, { ...row, view: 'LATERAL' }].map(allows),
  ).toEqual([false, false, false, false]);
  expect(points).toEqual([1, 2]);
});

test('an interval and numbers by view are two columns of metrics.duckdb, a list is JSON', () => {
  const stored = Object.entries(shape.columns).flatMap(([name, column]) =>
    column.stored.map(({ suffix, type, cell }) => {
      const value = row[name as keyof typeof row] as never;
      return [`${name}${suffix}`, type, value === null ? null : cell(value)];
    }),
  );
  expect(stored.slice(4)).toEqual([
    ['ci_lo', 'double', 0.4],
    ['ci_hi', 'double', 0.6],
    ['prevalence_ap', 'double', 0.1],
    ['prevalence_pa', 'double', null],
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
