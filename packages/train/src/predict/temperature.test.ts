import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fitTemperature, TemperatureFit } from './temperature.ts';

interface Case {
  readonly name: string;
  readonly logits: number[];
  readonly labels: number[];
  readonly temperature: number;
  readonly entropy: number;
  readonly entropy_scaled: number;
}

const { temperatures } = JSON.parse(
  readFileSync(new URL('../../fixtures/scaling.json', import.meta.url), 'utf8'),
) as { temperatures: Case[] };

const scored = (logits: readonly number[], labels: readonly number[]) => ({
  logits: Float64Array.from(logits),
  labels: Uint8Array.from(labels),
});

test.each(temperatures)('$name: as scipy finds it', ({ logits, labels, ...wanted }) => {
  const found = fitTemperature('PTX', scored(logits, labels));
  expect(found.temperature).toBeCloseTo(wanted.temperature, 6);
  expect(found.entropy).toBeCloseTo(wanted.entropy, 12);
  expect(found.entropy_scaled).toBeCloseTo(wanted.entropy_scaled, 12);
  expect(found.images).toBe(logits.length);
});

test('two scores of one size: the closed form', () => {
  // 3 in 4 images at +2 (and at -2) are right: expit(2 / T) = 3 / 4, so T = 2 / log 3.
  const logits = [2, 2, 2, 2, -2, -2, -2, -2];
  const found = fitTemperature('CSN', scored(logits, [1, 1, 1, 0, 0, 0, 0, 1]));
  expect(found.temperature).toBeCloseTo(2 / Math.log(3), 12);
});

test('where none can be fitted it says why', () => {
  const why = (logits: number[], labels: number[]) => fitTemperature('FIB', scored(logits, labels)).note;
  expect(why([], [])).toBe('no validation image with a known label');
  expect(why([1, 2], [0, 0])).toBe('one class only');
  expect(why([-1, 1], [0, 1])).toBe('the sign of the score is right for every validation image');
  expect(why([1, -1], [0, 1])).toBe('the score does not rise with the finding in validation');
});

test('scores that are added one by one are fitted by finding', () => {
  const fit = new TemperatureFit();
  const [wanted] = temperatures as [Case];
  wanted.logits.forEach((logit, i) => {
    fit.add(1, logit, wanted.labels[i] as number);
  });
  const found = fit.fit();
  expect(found.map(({ finding }) => finding)).toEqual(['CSN', 'PTX', 'NDL', 'FIB', 'PEF']);
  expect(found.map(({ images }) => images)).toEqual([0, 200, 0, 0, 0]);
  expect(found[1]?.temperature).toBeCloseTo(wanted.temperature, 6);
});
