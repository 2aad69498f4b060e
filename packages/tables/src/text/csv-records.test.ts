import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CsvSplitter } from './csv-records.ts';

/** Records as `line: cells`, of a text that comes in pieces of any length. */
function split(text: string, separator = ',', length = text.length || 1) {
  const splitter = new CsvSplitter(separator);
  const records = [];
  for (let at = 0; at < text.length; at += length)
    records.push(...splitter.push(text.slice(at, at + length)));
  records.push(...splitter.push('', true));
  return records.map(({ line, cells, fault }) => `${line}: ${fault ?? JSON.stringify(cells)}`);
}

describe('a text is split into records', () => {
  test.each<[string, string, string[]]>([
    [
      'at line ends of any kind',
      'a,b\r\nc,d\ne,f\rg,h',
      ['1: ["a","b"]', '2: ["c","d"]', '3: ["e","f"]', '4: ["g","h"]'],
    ],
    ['without an end of its last line', 'a\nb', ['1: ["a"]', '2: ["b"]']],
    ['with an end of its last line', 'a\nb\n', ['1: ["a"]', '2: ["b"]']],
    [
      'whose quotes hold separators, quotes and line ends',
      '"a, ""b""\r\nc",d\ne,f',
      ['1: ["a, \\"b\\"\\r\\nc","d"]', '3: ["e","f"]'],
    ],
    ['with empty cells', ',"",\n', ['1: ["","",""]']],
    ['with blanks around quotes', 'a, "b, c" ,d', ['1: ["a","b, c","d"]']],
    ['with an inch mark', 'a,14" film,b\nc,"d",e', ['1: ["a","14\\" film","b"]', '2: ["c","d","e"]']],
    ['with quotes around a part of a cell', 'a,"large" one,b', ['1: ["a","\\"large\\" one","b"]']],
    [
      'with a quote that nothing closes',
      'a,b\n"c,d\ne,f\n',
      ['1: ["a","b"]', '2: a quote that is not closed', '3: ["e","f"]'],
    ],
    [
      'with a quote that another line seems to close',
      '"a,b\nc,d\n"e",f\n',
      ['1: a quote that is not closed', '2: ["c","d"]', '3: ["e","f"]'],
    ],
    ['that is a quote', '"', ['1: a quote that is not closed']],
    ['that is empty', '', []],
  ])('%s', (_, text, records) => {
    for (let length = 1; length <= text.length + 1; length++)
      expect(split(text, ',', length)).toEqual(records);
  });

  test('as csv-parse splits it, wherever it is cut into pieces', () => {
    const cell = fc
      .array(fc.constantFrom('a', '한', ';', ',', '"', '\n', '\r', ' '), { maxLength: 5 })
      .map((all) => all.join(''));
    const cells = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        cells,
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\r\n', '\n', '\r'),
        fc.integer({ min: 1, max: 40 }),
        (rows, separator, end, length) => {
          const written = rows
            .map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(separator))
            .join(end);
          const splitter = new CsvSplitter(separator);
          const read = [];
          for (let at = 0; at < written.length; at += length)
            read.push(...splitter.push(written.slice(at, at + length)));
          read.push(...splitter.push('', true));
          expect(read.map((record) => record.cells)).toEqual(rows);
          expect(
            parse(written, { delimiter: separator, record_delimiter: end, relax_column_count: true }),
          ).toEqual(rows);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('with cells of 1 MB and a hundred thousand of one letter', () => {
    const long = 'x'.repeat(2 ** 20);
    expect(split(`a,"${long}\n${long}"\nb,${long}\n`, ',', 65_536)).toEqual([
      `1: ${JSON.stringify(['a', `${long}\n${long}`])}`,
      `3: ${JSON.stringify(['b', long])}`,
    ]);
    expect(split(`${'a'}${',a'.repeat(99_999)}\n`)[0]?.length).toBe(3 + 1 + 100_000 * 4);
  });

  test('unless it has no line end for 16 million letters', () => {
    const splitter = new CsvSplitter(',');
    splitter.push('a,b\n');
    expect(() => {
      for (let i = 0; i < 600; i++) splitter.push('x'.repeat(65_536));
    }).toThrow('a csv that cannot be read after line 1');
  });

  test('of which the lines above a header are none', () => {
    const splitter = new CsvSplitter(',', 2);
    expect(splitter.push('a "title\r\nof "two lines\r\nb,c\r\n', true)).toEqual([
      { line: 3, cells: ['b', 'c'] },
    ]);
  });
});
