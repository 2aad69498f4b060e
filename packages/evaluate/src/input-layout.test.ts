import type { Metrics } from '@viewgap/contracts';
import { expect, test, vi } from 'vitest';
import { beside, cell, findings, LONG_CSV, layoutMetrics, lines, scores, wanted } from '../test/layouts.ts';
import { CONFIG } from '../test/testing.ts';

// Real DuckDB files, synced to a disk that may be busy.
vi.setConfig({ testTimeout: 30_000 });

test('columns may have other names, and be alike in every row', async () => {
  const renamed = LONG_CSV.replaceAll(/^nih,/gm, '')
    .replace('dataset,image_id', 'Image Index')
    .replace('score', 'prob');
  const layout = { map: { image_id: 'Image Index', score: 'prob' }, constants: { dataset: 'nih' } };
  expect((await layoutMetrics({ 'scores.csv': renamed }, layout)).cells).toEqual(wanted);
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
  expect((await layoutMetrics({ 'scores.csv': wide }, layout)).cells).toEqual(wanted);
});

test('a finding of a wide table may have any name, that of a pattern of replacement too', async () => {
  const wide = lines(['image_id', 'patient_id', 'view', 'prob_$&', '$&'], (id) => {
    const { patient_id, view, score, label } = cell(id, 'PTX');
    return [id, patient_id, view, score, label];
  });
  const layout = { wide: 'prob_{finding}', constants: { dataset: 'nih', model: 'model1' } };
  const { cells } = await layoutMetrics({ 'scores.csv': wide }, layout);
  const of = (rows: Metrics['cells'], name: string) =>
    rows.filter(({ finding }) => finding === name).map(({ estimate }) => estimate);
  expect(of(cells, '$&')).toEqual(of(wanted, 'PTX'));
});

test('labels, patients and views may be in a table of their own, as columns or as a list', async () => {
  const shared = (id: string) => [id, cell(id, 'PTX').patient_id, cell(id, 'PTX').view];
  const columns = lines(['image_id', 'patient_id', 'view', ...findings], (id) => [
    ...shared(id),
    ...findings.map((f) => cell(id, f).label),
  ]);
  expect((await layoutMetrics({ 'scores.csv': scores, 'labels.csv': columns }, beside)).cells).toEqual(
    wanted,
  );
  const list = lines(['image_id', 'patient_id', 'view', 'Finding Labels'], (id) => [
    ...shared(id),
    findings.filter((f) => cell(id, f).label === 1).join('|') || 'No Finding',
  ]);
  const asList = { ...beside, labelList: 'Finding Labels' };
  expect((await layoutMetrics({ 'scores.csv': scores, 'labels.csv': list }, asList)).cells).toEqual(wanted);
});

test('errors are clustered by patient, by image, or by any column', async () => {
  const by = async (cluster: string) => layoutMetrics({ 'scores.csv': LONG_CSV }, {}, { ...CONFIG, cluster });
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
  await expect(layoutMetrics({ 'scores.csv': content }, layout)).rejects.toThrow(message);
});
