import { expect, test } from 'vitest';
import { studyOf, zechRows } from '../../test/testing.ts';
import { Contrasts } from '../contrasts/estimates.ts';
import { readingOf } from '../contrasts/reading.ts';
import { type Dataset, UNKNOWN } from '../study/study.ts';
import { permutedLabelsRow, permuteLabels } from './controls.ts';

const { datasets, findings } = await studyOf((await zechRows()).filter(({ seed }) => seed === 0));
const dataset = datasets[0] as Dataset;

const count = (labels: Int8Array | undefined, label: number) => labels?.filter((l) => l === label).length;

test('permuting deals out the same labels, leaves the unknown ones where they are, and repeats itself', () => {
  const permuted = permuteLabels(dataset, 0);
  dataset.labels.forEach((labels, f) => {
    const dealt = permuted.labels[f] as Int8Array;
    expect(dealt).not.toEqual(labels);
    expect(count(dealt, 1)).toBe(count(labels, 1));
    expect(dealt.map((label) => (label === UNKNOWN ? 1 : 0))).toEqual(
      labels.map((label) => (label === UNKNOWN ? 1 : 0)),
    );
  });
  expect(permuteLabels(dataset, 0).labels).toEqual(permuted.labels);
  expect(permuteLabels(dataset, 1).labels).not.toEqual(permuted.labels);
});

test('over 300 permutations of real scores the mean is 0.5 and the 95 % interval holds it in some 95 %', () => {
  const controls = Array.from({ length: 300 }, (_, seed) => {
    const permuted = new Contrasts(permuteLabels(dataset, seed), findings);
    return permutedLabelsRow(permuted, 'model1', readingOf(0.95, 'patient'), []);
  });
  const mean = controls.reduce((sum, { estimate }) => sum + (estimate as number), 0) / controls.length;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.005);
  const held = controls.filter(({ ci_low, ci_high }) => (ci_low ?? 1) < 0.5 && (ci_high ?? 0) > 0.5).length;
  // 93.1 % of 1,000: with 23 to 67 patients with a finding the standard error is 4.5 % too small
  expect(held / controls.length).toBeGreaterThan(0.9);
}, 30_000);
