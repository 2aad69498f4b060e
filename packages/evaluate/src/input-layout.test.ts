import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metrics } from '@viewgap/contracts';
import { expect, test, vi } from 'vitest';
import { CONFIG, evaluateInto, inFolder, zechRows } from '../test/testing.ts';
import type { EvaluateOptions } from './evaluate-predictions.ts';
import { LONG } from './input/prediction-columns.ts';

// Real DuckDB files, synced to a disk that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const rows = (await zechRows()).filter(
  ({ seed, model, finding }) => seed === 0 && model === 'model1' && finding !== 'NDL',
);
const ids = [...new Set(rows.map(({ image_id }) => image_id as string))];
const findings = [...new Set(rows.map(({ finding }) => finding as string))];
const cell = (image: string, finding: string) =>
  rows.find((row) => row.image_id === image && row.finding === finding) as (typeof rows)[number];

const lines = (header: readonly string[], each: (image: string) => readonly unknown[]) =>
  `${[header, ...ids.map(each)].map((line) => line.map((value) => value ?? '').join(',')).join('\n')}\n`;
const LONG_CSV = `${[
  'dataset,image_id,patient_id,view,model,finding,label,score',
  ...rows.map((row) =>
    [row.dataset, row.image_id, row.patient_id, row.view, row.model, row.finding, row.label, row.score].join(
      ',',
    ),
  ),
].join('\n')}\n`;

type Layout = NonNullable<EvaluateOptions['layout']>;

async function metricsOf(
  files: Record<string, string>,
  layout: Partial<Layout>,
  config = CONFIG,
): Promise<Metrics> {
  let metrics: Metrics | null = null;
  await inFolder(async (folder) => {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const labels = layout.labels ? join(folder, layout.labels) : null;
    const artifact = await evaluateInto(folder, [join(folder, 'scores.csv')], {
      layout: { ...LONG, ...layout, labels },
      config,
    });
    metrics = JSON.parse(await readFile(join(artifact.folder, 'metrics.json'), 'utf8'));
  });
  return metrics as unknown as Metrics;
}

const wanted = (await metricsOf({ 'scores.csv': LONG_CSV }, {})).cells;

test('columns may have other names, and be alike in every row', async () => {
  const renamed = LONG_CSV.replaceAll(/^nih,/gm, '')
    .replace('dataset,image_id', 'Image Index')
    .replace('score', 'prob');
  const layout = { map: { image_id: 'Image Index', score: 'prob' }, constants: { dataset: 'nih' } };
  expect((await metricsOf({ 'scores.csv': renamed }, layout)).cells).toEqual(wanted);
});

test('a wide table has a column of scores and one of labels for each finding', async () => {
  const header = ['image_id', 'patient_id', 'view', ...findings.flatMap((f) => [`prob_${f}`, `truth_${f}`])];
  const wide = lines(header, (id) => {
    const { patient_id, view } = cell(id, 'PTX');
    return [id, patient_id, view, ...findings.flatMap((f) => [cell(id, f).score, cell(id, f).label])];
  });
  const layout = {
    wide: 'prob_{finding}',
    wideLabels: 'truth_{finding}',
    constants: { dataset: 'nih', model: 'model1' },
  };
  expect((await metricsOf({ 'scores.csv': wide }, layout)).cells).toEqual(wanted);
});

test('a finding of a wide table may have any name, that of a pattern of replacement too', async () => {
  const wide = lines(['image_id', 'patient_id', 'view', 'prob_$&', '$&'], (id) => {
    const { patient_id, view, score, label } = cell(id, 'PTX');
    return [id, patient_id, view, score, label];
  });
  const layout = { wide: 'prob_{finding}', constants: { dataset: 'nih', model: 'model1' } };
  const { cells } = await metricsOf({ 'scores.csv': wide }, layout);
  const of = (rows: Metrics['cells'], name: string) =>
    rows.filter(({ finding }) => finding === name).map(({ auroc }) => auroc);
  expect(of(cells, '$&')).toEqual(of(wanted, 'PTX'));
});

const scores = lines(['image_id', ...findings.map((f) => `prob_${f}`)], (id) => [
  id,
  ...findings.map((f) => cell(id, f).score),
]);
const beside = {
  wide: 'prob_{finding}',
  labels: 'labels.csv',
  constants: { dataset: 'nih', model: 'model1' },
};

test('labels, patients and views may be in a table of their own, as columns or as a list', async () => {
  const shared = (id: string) => [id, cell(id, 'PTX').patient_id, cell(id, 'PTX').view];
  const columns = lines(['image_id', 'patient_id', 'view', ...findings], (id) => [
    ...shared(id),
    ...findings.map((f) => cell(id, f).label),
  ]);
  expect((await metricsOf({ 'scores.csv': scores, 'labels.csv': columns }, beside)).cells).toEqual(wanted);
  const list = lines(['image_id', 'patient_id', 'view', 'Finding Labels'], (id) => [
    ...shared(id),
    findings.filter((f) => cell(id, f).label === 1).join('|') || 'No Finding',
  ]);
  const asList = { ...beside, labelList: 'Finding Labels' };
  expect((await metricsOf({ 'scores.csv': scores, 'labels.csv': list }, asList)).cells).toEqual(wanted);
});

test('errors are clustered by patient, by image, or by any column', async () => {
  const by = async (cluster: string) => metricsOf({ 'scores.csv': LONG_CSV }, {}, { ...CONFIG, cluster });
  expect((await by('patient_id')).cells).toEqual(wanted);
  const image = await by('image');
  expect(image.settings.cluster).toBe('image');
  const se = (metrics: Metrics) => metrics.gaps[0]?.se as number;
  expect(se(image)).not.toBeCloseTo(se(await by('patient_id')), 6);
  await expect(by('hospital')).rejects.toThrow('no column hospital: scores.csv');
});

test.each([
  [LONG_CSV, { map: { skore: 'prob' } }, 'no column of the predictions table: skore (did you mean "score"?)'],
  [LONG_CSV, { map: { score: 'prob' } }, 'no column prob: scores.csv'],
  [LONG_CSV, { wide: 'prob' }, 'a pattern needs {finding} once: prob'],
  [LONG_CSV, { wide: 'p_{finding}' }, 'no column like p_{finding}: scores.csv'],
  [scores, { ...beside, labels: 'none.csv' }, 'no such labels file'],
])('a layout that does not fit says so: %#', async (content, layout, message) => {
  await expect(metricsOf({ 'scores.csv': content }, layout)).rejects.toThrow(message);
});
