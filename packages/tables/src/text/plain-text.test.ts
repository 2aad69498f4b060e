import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tableRows } from '../rows/table-rows.ts';
import type { TableSource } from '../source/table-source.ts';
import { plainText } from './plain-text.ts';

const isHeader = (names: readonly string[]) => names.includes('id');

/** A file whose bytes come in pieces. */
function source(text: string | Uint8Array, length = 2 ** 16): TableSource {
  const bytes = Buffer.from(text as string);
  return {
    path: 'x.csv',
    file: 'x.csv',
    bytes: async function* () {
      for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
    },
  };
}

describe('a table is plain', () => {
  test.each<[string, string, object]>([
    ['with commas', 'id,x\na,1\nb,\n', { separator: ',', lineEnd: '\n', longest: 5 }],
    ['without an end of its last line', 'id,x\na,1\nbcde,1', { separator: ',', lineEnd: '\n', longest: 6 }],
    [
      'with semicolons in Windows lines',
      'id;x\r\na b;1\r\n',
      { separator: ';', lineEnd: '\r\n', longest: 7 },
    ],
    ['with tabs and a mark', '\uFEFFid\tx\na\t1\n', { separator: '\t', lineEnd: '\n' }],
    ['with quotes around cells', '"id","x"\n"a, b",""\n', { separator: ',', lineEnd: '\n' }],
  ])('%s', async (_, text, expected) => {
    const plain = await plainText(source(text), {}, isHeader);
    expect(plain).toMatchObject({ header: ['id', 'x'], ...expected });
  });
});

describe('a table is not plain', () => {
  test.each([
    ['with blanks around a cell', 'id,x\na ,1\n'],
    ['with a quote inside a cell', 'id,x\n14" film,1\n'],
    ['with quotes inside quotes', 'id,x\n"a ""b""",1\n'],
    ['with a line end inside quotes', 'id,x\n"a\nb",1\n'],
    ['with a quote that is not closed', 'id,x\na,"1\n'],
    ['with a cell too many', 'id,x\na,1,2\n'],
    ['with a cell too few', 'id,x\na\n'],
    ['with a blank line', 'id,x\n\na,1\n'],
    ['with a row of empty cells', 'id,x\n,\na,1\n'],
    ['with the header again', 'id,x\na,1\nid,x\n'],
    ['with lines of two kinds', 'id,x\r\na,1\n'],
    ['with old Macintosh lines', 'id,x\ra,1\r'],
    ['with letters beyond ASCII', 'id,x\nß,1\n'],
    ['with a NUL', 'id,x\na\0,1\n'],
    ['with a title above', 'Scores\nid,x\na,1\n'],
    ['with the line sep=;', 'sep=;\nid;x\na;1\n'],
    ['with a header that has an empty name at its end', 'id,x,\na,1,\n'],
    ['that is empty', ''],
  ])('%s', async (_, text) => {
    for (const length of [1, 3, 2 ** 16])
      expect(await plainText(source(text, length), {}, isHeader)).toBeNull();
  });

  test('where its encoding or its header is named, or where it is packed', async () => {
    const table = source('id,x\na,1\n');
    expect(await plainText(table, { encoding: 'CP949' }, isHeader)).toBeNull();
    expect(await plainText(table, { headerRow: 2 }, isHeader)).toBeNull();
    expect(await plainText({ ...table, path: 'x.csv.gz' }, {}, isHeader)).toBeNull();
  });
});

test('whatever is plain, another reader of CSV reads as this package does', async () => {
  const pieces = fc.constantFrom('a', 'b', ' ', ',', ',', '"', '\n', '\n', '\r\n', 'id', '0');
  let plain = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(pieces, { maxLength: 24 }),
      fc.array(
        fc.tuple(
          fc.constantFrom('a', '"a,b"', '0', '', '""', 'id', 'x'),
          fc.constantFrom('b', '"b b"', 'x', ''),
        ),
      ),
      fc.integer({ min: 6, max: 40 }),
      async (letters, rows, length) => {
        const text = `id,x\n${rows.map((row) => `${row.join(',')}\n`).join('')}${letters.join('')}`;
        const found = await plainText(source(text, length), {}, isHeader);
        if (found === null) return;
        plain++;
        const read = [];
        const choose = (names: readonly string[]) => names.map((_name, at) => at);
        for await (const batch of tableRows(source(text), {}, { isHeader, choose })) read.push(...batch);
        expect(read.every(({ fault }) => fault === null)).toBe(true);
        const { separator: delimiter, lineEnd } = found;
        expect(parse(text, { delimiter, record_delimiter: lineEnd }).slice(1)).toEqual(
          read.map(({ cells }) => cells),
        );
      },
    ),
    { numRuns: 2000 },
  );
  expect(plain).toBeGreaterThan(50);
});
