import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Numbers, Texts } from './columns.ts';

test.each([
  ['utf8', fc.string({ unit: 'grapheme', maxLength: 40 })],
  ['hex', fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex'))],
  ['base64url', fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64url'))],
] as const)('texts in %s come back as they went in, and nulls as nulls', (encoding, text) => {
  fc.assert(
    fc.property(fc.array(fc.option(text)), (texts) => {
      const column = new Texts(encoding);
      for (const [row, one] of texts.entries()) column.set(row, one);
      expect(texts.map((_, row) => column.orNull(row))).toEqual(texts);
    }),
  );
});

test('a column grows as long as there are rows', () => {
  const texts = new Texts('utf8');
  const whole = new Numbers();
  const any = new Numbers(Float64Array);
  const rows = Array.from({ length: 20_000 }, (_, row) => row);
  for (const row of rows) {
    texts.set(row, row % 3 === 0 ? null : `film ${row}`);
    whole.set(row, row % 3 === 0 ? null : row);
    any.set(row, row / 7);
  }
  expect(rows.filter((row) => texts.orNull(row) !== (row % 3 === 0 ? null : `film ${row}`))).toEqual([]);
  expect(rows.filter((row) => whole.orNull(row) !== (row % 3 === 0 ? null : row))).toEqual([]);
  expect(rows.filter((row) => any.at(row) !== row / 7)).toEqual([]);
});
