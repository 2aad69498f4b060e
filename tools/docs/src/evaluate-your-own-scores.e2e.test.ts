import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metrics } from '@viewgap/contracts/metrics';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HowTo, openReader, type Reader, readHowTo } from './how-to.ts';

/** docs/how-to/evaluate-your-own-scores.md, followed with 400 images in tables that begin as those of the page. */
let page: HowTo;
let reader: Reader;
const IMAGES = Array.from({ length: 400 }, (_, i) => ({
  name: `${String(Math.floor(i / 2)).padStart(8, '0')}_${String(i % 2).padStart(3, '0')}`,
  patient: Math.floor(i / 2),
  view: i % 3 === 0 ? 'AP' : 'PA',
  labels: [i % 4 === 0 ? 1 : 0, i % 5 === 0 ? 1 : 0] as const,
}));
/** A score that tells the label with an error that varies from image to image, in 0 to 1. */
const scoreOf = (label: number, seed: number) => (0.3 * label + ((seed * 7919) % 101) / 101) / 1.3;

const TABLES = {
  'scores.csv': IMAGES.flatMap(({ name, patient, view, labels }, i) =>
    ['resnet', 'vit'].map((model, j) =>
      ['nih', name, patient, view, model, 'PTX', labels[0], scoreOf(labels[0], i + 31 * j)].join(','),
    ),
  ),
  'wide.csv': IMAGES.map(({ name, labels }, i) =>
    [name, ...labels.map((label, j) => scoreOf(label, i + 17 * j))].join(','),
  ),
  'labels.csv': IMAGES.map(({ name, patient, view, labels }) => [name, patient, view, ...labels].join(',')),
};

beforeAll(async () => {
  page = await readHowTo('evaluate-your-own-scores');
  reader = await openReader();
  for (const [file, lines] of Object.entries(TABLES)) {
    const [header] = page.files.get(file)?.split('\n') ?? [];
    await reader.write(file, `${[header, ...lines].join('\n')}\n`);
  }
});
afterAll(() => reader.close());

const metricsIn = (folder: string) =>
  metrics.parse(JSON.parse(readFileSync(join(reader.folder, folder, 'metrics.json'), 'utf8')));

test('the page shows three tables and three commands', () => {
  expect([...page.files.keys()]).toEqual(Object.keys(TABLES));
  expect(page.commands).toHaveLength(3);
});

test('a row per image and finding: two models, their gaps, and how the gap differs', () => {
  const [long = '', , read = ''] = page.commands;
  expect(reader.run([long])).toMatchObject({ status: 0 });
  const { gaps, changes, models } = metricsIn('out/scores');
  expect(models).toEqual(['resnet', 'vit']);
  expect(gaps.find(({ finding }) => finding === 'PTX')?.p).toEqual(expect.any(Number));
  expect(changes.some(({ of, from, to }) => of === 'gap' && from === 'resnet' && to === 'vit')).toBe(true);
  expect(reader.run([read]).output).toContain("finding: 'mean'");
});

test('a column for each finding, labels in another file', () => {
  const [, wide = ''] = page.commands;
  expect(reader.run([wide])).toMatchObject({ status: 0 });
  expect(metricsIn('out/wide').findings).toEqual(['Effusion', 'Pneumothorax']);
});
