import { expect, test } from 'vitest';
import { z } from 'zod';
import { keyRows, keyTable, type Schema, valuesText } from './schema-table.ts';

const schemaOf = (type: z.ZodType) => z.toJSONSchema(type, { io: 'input' }) as Schema;

test.each([
  [z.string(), 'text'],
  [z.int().min(1).max(100), 'integer from 1 to 100'],
  [z.int(), 'integer'],
  [z.number().positive().max(1), 'number above 0 to 1'],
  [z.enum(['png', 'raw']), '"png", "raw"'],
  [z.literal(1), '1'],
  [z.number().nullable(), 'number or null'],
  [z.array(z.int()), 'list of integer'],
  [z.tuple([z.number(), z.number()]), '[number, number]'],
  [z.record(z.string(), z.number()), 'object of number'],
])('%# a value is described by what it may be', (type, words) => {
  expect(valuesText(schemaOf(type))).toBe(words);
});

test('keys stand in the order of the schema, those of inner objects below them', () => {
  const shape = z.strictObject({
    seeds: z.array(z.int()).default([0]).describe('one training each'),
    models: z.record(
      z.string(),
      z.strictObject({ decoder: z.strictObject({ lambda: z.number() }).nullable() }),
    ),
    trials: z.array(z.strictObject({ lambda: z.number() })).optional(),
  });
  const rows = keyRows(schemaOf(shape));
  expect(rows.map(({ path }) => path)).toEqual([
    'seeds',
    'models',
    'models.<name>.decoder',
    'models.<name>.decoder.lambda',
    'trials',
    'trials[].lambda',
  ]);
  expect(rows[0]).toEqual({
    path: 'seeds',
    values: 'list of integer',
    fallback: '[0]',
    required: false,
    meaning: 'one training each',
  });
  expect(rows[1]?.required).toBe(true);
});

test('a table has a column of defaults where a key may be left out', () => {
  const required = keyRows(schemaOf(z.strictObject({ of: z.enum(['a|b']).describe('a | b') })));
  expect(keyTable(required)).toBe(
    '| key | values | meaning |\n| --- | --- | --- |\n| `of` | "a\\|b" | a \\| b |',
  );
  const optional = keyRows(schemaOf(z.strictObject({ size: z.int().default(224) })));
  expect(keyTable(optional)).toContain('| `size` | integer | `224` |  |');
});
