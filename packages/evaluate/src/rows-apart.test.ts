import { evaluateConfig, silentProgress } from '@viewgap/contracts';
import { normals, uniforms } from '@viewgap/stats';
import { expect, test } from 'vitest';
import { readingOf } from './contrasts/reading.ts';
import type { StudyTask } from './contrasts/table.ts';
import { claimedRows } from './dataset-rows.ts';
import { rowsApart } from './rows-apart.ts';
import type { Study } from './study/study.ts';

/** Two models and one finding. */
function study(images: number): Study {
  const normal = normals(uniforms(7));
  const label = Int8Array.from({ length: images }, () => (normal() > 1 ? 1 : 0));
  const ap = Uint8Array.from({ length: images }, () => (normal() > 0 ? 1 : 0));
  const patient = Int32Array.from(label, (_, i) => i >> 2);
  const unit = (model: string) => ({
    model,
    seed: 0,
    scores: [Float64Array.from(label, (one) => one + normal())],
    viewProbe: null,
  });
  const of = (split: string) => ({
    name: 'hospital',
    split,
    images,
    patients: images / 4,
    patient,
    ap,
    orphans: 0,
    otherViews: {},
    otherSplits: {},
    age: null,
    aspect: null,
    texts: {},
    labels: [label],
    labelSets: [{ name: 'labels', labels: [label] }],
    units: [unit('model1'), unit('model2')],
  });
  return {
    datasets: [of('test')],
    validation: [of('val')],
    models: ['model1', 'model2'],
    seeds: [0],
    findings: ['CSN'],
    rows: 4 * images,
    rowsLeftOut: 0,
  };
}

const WORKS = [
  ['calibration', 'calibration_gaps'],
  ['operating_points'],
  ['balance'],
  ['roc'],
  ['image_level'],
];
const unclaimed = () => new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);

function taskOf(one: Study): StudyTask {
  return {
    study: one,
    config: evaluateConfig.parse({}),
    seed: 1,
    progress: silentProgress,
    pairs: [['model1', 'model2']],
    reading: readingOf(0.95, 'patient'),
  };
}

test('a thread makes the very rows that this one would', async () => {
  const task = taskOf(study(4000));
  const { rows, stop } = rowsApart(task, WORKS, unclaimed());
  const own = await claimedRows(task, WORKS, unclaimed());
  expect(await rows).toEqual(own);
  expect(Object.keys(own)).toEqual(WORKS.flat());
  await stop();
});

test('a work is made once, by whoever claims it first', async () => {
  const task = taskOf(study(4000));
  const claims = unclaimed();
  const { rows, stop } = rowsApart(task, WORKS, claims);
  const own = await claimedRows(task, WORKS, claims);
  const made = [own, await rows].flatMap((one) => Object.keys(one));
  expect(made.toSorted()).toEqual(WORKS.flat().toSorted());
  await stop();
});

test('what fails in the thread fails those who wait for it', async () => {
  const broken = { ...study(4000), validation: null } as unknown as Study;
  const { rows, stop } = rowsApart(taskOf(broken), WORKS, unclaimed());
  await expect(rows).rejects.toThrow('not iterable');
  await stop();
});
