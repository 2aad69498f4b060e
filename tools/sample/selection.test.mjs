import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseEntries, selectPatients } from './selection.mjs';

const HEADER =
  'Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,OriginalImage[Width,Height]\r\n';

/** @param {string} image @param {string} labels @param {string} patient @param {string} view */
const entry = (image, labels, patient, view) => `${image},${labels},0,${patient},50,F,${view},2500,2048\r\n`;

test('a row keeps its bytes, its line end included, and names the findings of the five that it has', () => {
  const line = entry('a.png', 'Edema|Mass|Nodule|Effusion', '7', 'AP');
  expect(parseEntries(HEADER + line)).toEqual({
    header: HEADER,
    rows: [{ line, image: 'a.png', patient: '7', view: 'AP', findings: ['NDL', 'PEF'] }],
  });
});

test('a finding is a whole name: Pleural_Thickening and Infiltration are none of the five', () => {
  const { rows } = parseEntries(HEADER + entry('a.png', 'Infiltration|Pleural_Thickening', '7', 'AP'));
  expect(rows[0]?.findings).toEqual([]);
});

test('a csv with quotes is refused, since its rows cannot be cut at commas', () => {
  expect(() => parseEntries(`${HEADER}"a.png",Mass,0,7,50,F,AP,2500,2048\n`)).toThrow('quoted');
});

const { header, rows } = parseEntries(
  HEADER +
    entry('p1.png', 'Mass', 'positive', 'AP') +
    entry('p2.png', 'No Finding', 'positive', 'AP') +
    entry('b1.png', 'No Finding', 'both', 'AP') +
    entry('b2.png', 'Edema', 'both', 'PA') +
    entry('t1.png', 'No Finding', 'two', 'PA') +
    entry('t2.png', 'No Finding', 'two', 'PA') +
    ['x', 'y', 'z'].map((name) => entry(`${name}.png`, 'No Finding', name, 'PA')).join(''),
);
const hash = (/** @type {string} */ text) => createHash('sha256').update(text).digest('hex');
const byHash = ['x', 'y', 'z'].sort((a, b) => (hash(a) < hash(b) ? -1 : 1));

test('patients with a finding and patients with both views come first, then the fewest images, ties by hash', () => {
  const text = rows.reduce((sum, row) => sum + row.line.length, header.length);
  const all = text + rows.length * 1000;
  expect([...selectPatients(header, rows, () => 1000, all)]).toEqual(['positive', 'both', ...byHash, 'two']);
  expect([...selectPatients(header, rows, () => 1000, all - 1)]).toEqual(['positive', 'both', ...byHash]);
});

test('the first patient that does not fit ends the sample: no later one slips in by being small', () => {
  const [, second] = byHash;
  const size = (/** @type {string} */ image) => (image === `${second}.png` ? 10_000 : 10);
  expect([...selectPatients(header, rows, size, 5000)]).toEqual(['positive', 'both', byHash[0]]);
});

test('a budget that the positive patients alone exceed is an error, not a smaller sample', () => {
  expect(() => selectPatients(header, rows, () => 1000, 3000)).toThrow('rules 1 and 2 alone');
});
