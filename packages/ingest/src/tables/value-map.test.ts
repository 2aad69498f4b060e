import { describe, expect, test } from 'vitest';
import { SourceError } from './rows/source-error.ts';
import { ValueMap } from './value-map.ts';

const place = { columns: ['pef'], setting: 'mapping.labels.PEF.values', meanings: '1, 0 or null' };

function refusal(map: ValueMap<unknown>): SourceError {
  try {
    map.refuse('labels.csv');
  } catch (error) {
    if (error instanceof SourceError) return error;
  }
  throw new Error('nothing was refused');
}

describe('texts of a column', () => {
  test.each([
    ['1', '1.0'],
    ['1', '01'],
    ['1', '1,0'],
    ['1', 'true'],
    ['1', 'TRUE'],
    ['true', '1'],
    ['0', '-0'],
    ['0', 'False'],
    ['Yes', 'YES'],
    ['Yes', ' yes '],
    ['있음', '있음'.normalize('NFD')],
  ])('%s and %s are one text', (listed, met) => {
    expect(new ValueMap(place, { [listed]: 1 }).meaning(met)).toBe(1);
  });

  test('what is listed exactly goes before what is spelt alike', () => {
    const map = new ValueMap(place, { '1': 1, true: null, '1.00': 0 });
    expect([map.meaning('1'), map.meaning('true'), map.meaning('1.00')]).toEqual([1, null, 0]);
    expect(map.meaning('1.0'), 'means 1, null or 0').toBeUndefined();
  });

  test.each(['constructor', '__proto__', 'toString', '1e0', '0x1', 'Infinity', '11'])(
    '%s is not 1',
    (text) => {
      expect(new ValueMap(place, { '1': 1 }).meaning(text)).toBeUndefined();
    },
  );
});

describe('a text that is not listed', () => {
  test('is refused with the line to add, and with no text that looks like it', () => {
    const map = new ValueMap(place, { '2': 1, No: 0 });
    for (const text of ['?', '1.5', '?', 'no', '']) map.meaning(text);
    expect(refusal(map).message).toBe(
      'unknown values of pef in labels.csv: "1.5" (1 row), "?" (2 rows) ' +
        '(add to mapping.labels.PEF.values, each with 1, 0 or null: { "1.5": …, "?": … })',
    );
  });

  test('of a private source is counted and not quoted', () => {
    const map = new ValueMap(place, { '1': 1 });
    for (const text of ['HONG Gildong', 'HONG Gildong', 'effusion']) map.meaning(text);
    expect(refusal(map).concealed.message).toBe(
      'unknown values of pef in labels.csv: 2 texts in 3 rows ' +
        '(list every text in mapping.labels.PEF.values with 1, 0 or null; `viewgap ingest … --explain --reveal` shows them)',
    );
  });

  test('is shown with at most 60 characters, and at most 20 are', () => {
    const map = new ValueMap(place, {});
    for (let i = 0; i < 25; i++) map.meaning(`${String(i).padStart(2, '0')}${'x'.repeat(100)}`);
    expect(refusal(map).message).toContain(`"00${'x'.repeat(58)}…" (1 row)`);
    expect(refusal(map).message).toContain(', and 5 more (add to');
  });
});
