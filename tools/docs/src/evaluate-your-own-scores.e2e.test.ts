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
  sex: Math.floor(i / 2) % 7 < 3 ? 'F' : 'M',
  scanner: ['GE', 'Philips', 'Siemens'][(Math.floor(i / 2) % 5) % 3],
  labels: [i % 4 === 0 ? 1 : 0, i % 5 === 0 ? 1 : 0] as const,
}));
/** A score that tells the label with an error that varies from image to image, in 0 to 1. */
const scoreOf = (label: number, seed: number) => (0.3 * label + ((seed * 7919) % 101) / 101) / 1.3;

const TABLES = {
  'scores.csv': IMAGES.flatMap(({ name, patient, view, sex, scanner, labels }, i) =>
    ['resnet', 'vit'].map((model, j) =>
      [
        'nih',
        name,
        patient,
        view,
        sex,
        scanner,
        model,
        'PTX',
        labels[0],
        scoreOf(labels[0], i + 31 * j),
      ].join(','),
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

test('the page shows three tables, settings and five commands', () => {
  expect([...page.files.keys()]).toEqual([...Object.keys(TABLES), 'settings.json']);
  expect(page.commands).toHaveLength(5);
});

test('a row per image and finding: two models, their gaps, and how the gap differs', () => {
  const [long = '', , , , read = ''] = page.commands;
  expect(reader.run([long])).toMatchObject({ status: 0 });
  const { gaps, changes, models } = metricsIn('out/scores');
  expect(models).toEqual(['resnet', 'vit']);
  expect(gaps.find(({ finding }) => finding === 'PTX')?.p).toEqual(expect.any(Number));
  expect(
    changes.some(
      (row) => row.of === 'change_of_gap' && row.from_model === 'resnet' && row.to_model === 'vit',
    ),
  ).toBe(true);
  expect(reader.run([read]).output).toContain("finding: 'mean'");
});

test('a column for each finding, labels in another file', () => {
  const [, wide = ''] = page.commands;
  expect(reader.run([wide])).toMatchObject({ status: 0 });
  expect(metricsIn('out/wide').findings).toEqual(['Effusion', 'Pneumothorax']);
});

test('groups other than views: the gap of two, the range of three', () => {
  const [, , groups = ''] = page.commands;
  expect(reader.run([groups])).toMatchObject({ status: 0 });
  const rows = metricsIn('out/groups').groups;
  expect(rows.find(({ grouped_by, of }) => grouped_by === 'sex' && of === 'gap')).toMatchObject({
    group_name: 'F',
    other_group: 'M',
  });
  expect(
    rows.find(({ grouped_by, of }) => grouped_by === 'scanner' && of === 'range')?.estimate,
  ).toBeGreaterThan(0);
});

test('thresholds that settings give', async () => {
  const [, , , thresholds = ''] = page.commands;
  await reader.write('settings.json', page.files.get('settings.json') ?? '');
  expect(reader.run([thresholds])).toMatchObject({ status: 0 });
  const { operating_points, settings } = metricsIn('out/thresholds');
  expect(settings.specificity).toBe(0.95);
  expect(operating_points.find(({ model }) => model === 'vit')).toMatchObject({
    threshold: -0.4,
    threshold_rule: 'given',
  });
});
