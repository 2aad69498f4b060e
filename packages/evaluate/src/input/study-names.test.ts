import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { queryRows, withDuckDB } from '@viewgap/artifacts';
import { describe, expect, test } from 'vitest';
import { CONFIG, cohort, evaluateInto, inFolder, metricsOf, row, studyOf } from '../../test/testing.ts';

const NAMES = [
  'ResNet50',
  'resnet50',
  'ViT_B/16',
  '../../x',
  '__proto__',
  'constructor',
  `it's "quoted"; drop table rows; --`,
  '</script><script>alert(1)</script>',
  '$& {finding}',
  ' a space at each end ',
  '흉부 모델',
  'nul \u0000 inside',
  'x'.repeat(5000),
];

/** Both models and the finding by other names. */
const called = (from: string, to: string, finding = 'PTX', dataset = 'hospital') =>
  cohort(20, 2, { finding, dataset }).map((one) => ({ ...one, model: one.model === 'model1' ? from : to }));

describe.each(NAMES)('%j', (name) => {
  test('is the name of a model, a finding and a data set, in metrics.json', async () => {
    const metrics = await metricsOf(called(name, 'other', name, name), {
      ...CONFIG,
      from: name,
      to: 'other',
    });
    expect(metrics.models.toSorted()).toEqual(['other', name].toSorted());
    expect(metrics.findings).toEqual([name]);
    expect(metrics.datasets.map(({ dataset }) => dataset)).toEqual([name]);
    const change = metrics.changes.find(({ finding, of }) => finding === name && of === 'change_of_gap');
    expect(change).toMatchObject({ from_model: name, to_model: 'other', estimate: expect.any(Number) });
  });
});

test('names that differ in their case only are other models', async () => {
  const study = await studyOf(called('ResNet50', 'resnet50'));
  expect(study.models).toEqual(['ResNet50', 'resnet50']);
});

test('the tables of metrics.duckdb hold names as they are', async () => {
  await inFolder(async (folder) => {
    const [from = '', to = ''] = [NAMES[6], NAMES[2]];
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const lines = called(from, to).map((one) =>
      [
        one.dataset,
        one.image_id,
        one.patient_id,
        one.view,
        quoted(one.model),
        'PTX',
        one.label,
        one.score,
      ].join(),
    );
    const file = join(folder, 'scores.csv');
    await writeFile(
      file,
      ['dataset,image_id,patient_id,view,model,finding,label,score', ...lines].join('\n'),
    );
    const artifact = await evaluateInto(folder, [file], { config: { ...CONFIG, from, to } });
    const metrics = JSON.parse(await readFile(join(artifact.folder, 'metrics.json'), 'utf8'));
    expect(metrics.settings).toMatchObject({ from, to });
    const rows = await withDuckDB(
      join(artifact.folder, 'metrics.duckdb'),
      (connection) => queryRows(connection, 'select distinct from_model, to_model from changes'),
      { readOnly: true },
    );
    expect(rows).toEqual([{ from_model: from, to_model: to }]);
  });
});

test('a note is not taken apart where a name has its mark', async () => {
  const rows = [
    ...called('a', 'b'),
    row({ model: 'a', finding: 'x; no test' }),
    row({ model: 'b', finding: 'x; no test' }),
  ];
  const metrics = await metricsOf(rows, { ...CONFIG, from: 'a', to: 'b' });
  const cell = metrics.cells.find(({ finding, view }) => finding === 'x; no test' && view === 'AP');
  expect(cell?.note).toBe('one class only: no image with x, no test in AP');
});

test('a finding called as the mean over findings is refused: its rows would be taken for the mean', async () => {
  await expect(studyOf(called('a', 'b', 'mean'))).rejects.toThrow(
    'a finding has the name that is reserved for means: mean (give it another name)',
  );
});
