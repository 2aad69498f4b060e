import { expect, test } from 'vitest';
import type { Stratification } from './strata.ts';
import { type Dataset, UNKNOWN } from './study.ts';
import { comparableWeights, effectiveImages } from './weighting.ts';

/** Images as `[AP?, age, sex, label]`, each with how many there are. */
type Group = readonly [ap: 0 | 1, age: number, sex: number, label: number, images: number];

function study(groups: readonly Group[]) {
  const images = groups.flatMap((group) => Array.from({ length: group[4] }, () => group));
  const column = (k: 0 | 1 | 2 | 3) => images.map((group) => group[k] as number);
  const dataset = { images: images.length, ap: Uint8Array.from(column(0)) } as Dataset;
  const age: Stratification = { by: 'age', names: ['young', 'old'], code: Int32Array.from(column(1)) };
  const sex: Stratification = { by: 'sex', names: ['F', 'M'], code: Int32Array.from(column(2)) };
  return { dataset, labels: Int8Array.from(column(3)), by: [age, sex] };
}

// Old men and young women are filmed in AP: ages and sexes of the two views are the same, their combinations are not.
const CROSSED: Group[] = [0, 1].flatMap((label): Group[] => [
  [1, 0, 0, label, 60],
  [0, 0, 0, label, 20],
  [1, 0, 1, label, 20],
  [0, 0, 1, label, 60],
  [1, 1, 0, label, 20],
  [0, 1, 0, label, 60],
  [1, 1, 1, label, 60],
  [0, 1, 1, label, 20],
]);

test('every combination of strata and label weighs the same share in both views', () => {
  const { dataset, labels, by } = study(CROSSED);
  const { weights, unmatched } = comparableWeights(dataset, labels, by) ?? expect.unreachable();
  expect(unmatched).toBe(0);
  const shares = [0, 1].map((view) => {
    const sums = new Map<string, number>();
    weights.forEach((weight, i) => {
      if (dataset.ap[i] !== view) return;
      const key = [labels[i], ...by.map(({ code }) => code[i])].join();
      sums.set(key, (sums.get(key) ?? 0) + weight);
    });
    const total = [...sums.values()].reduce((sum, one) => sum + one, 0);
    return [...sums].sort().map(([key, sum]) => [key, expect.closeTo(sum / total, 12)]);
  });
  expect(shares[0]?.map(([key]) => key)).toHaveLength(8);
  for (const [, share] of [...(shares[0] ?? []), ...(shares[1] ?? [])]) {
    expect(1 / 8).toEqual(share);
  }
});

test('unequal weights count as fewer images', () => {
  const { dataset, labels, by } = study(CROSSED);
  const { weights } = comparableWeights(dataset, labels, by) ?? expect.unreachable();
  // 240 images at 2/3 and 80 at 2 in each view: (160 + 160)^2 / (240 * 4/9 + 80 * 4)
  const expected = 320 ** 2 / (240 * (4 / 9) + 80 * 4);
  expect(effectiveImages(dataset, weights)).toEqual({
    AP: expect.closeTo(expected, 9),
    PA: expect.closeTo(expected, 9),
  });
});

test('images of a stratum that one view alone has, and of an unknown label or stratum, weigh nothing', () => {
  const { dataset, labels, by } = study([
    [1, 0, 0, 1, 10],
    [0, 0, 0, 1, 10],
    [1, 1, 1, 1, 7],
    [1, 0, 0, UNKNOWN, 3],
    [0, -1, 0, 1, 4],
  ]);
  const { weights, unmatched } = comparableWeights(dataset, labels, by) ?? expect.unreachable();
  expect(unmatched).toBe(7);
  expect([...weights.slice(0, 20)].every((weight) => weight > 0)).toBe(true);
  expect([...weights.slice(20)].every((weight) => weight === 0)).toBe(true);
});

test('without a stratum of both views there are no weights', () => {
  const { dataset, labels, by } = study([
    [1, 0, 0, 1, 10],
    [0, 1, 0, 1, 10],
  ]);
  expect(comparableWeights(dataset, labels, by)).toBeNull();
});
