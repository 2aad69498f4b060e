import { expect, test } from 'vitest';
import { balancedDraws, strataOf } from './balanced-draws.ts';
import type { Draw } from './image-order.ts';

const KEYS = [...'aaaaaaaaab', ...'aaccaaaaaa'];
const strata = strataOf(KEYS.length, (i) => KEYS[i] as string);

function take(count: number, seed: number, after = 0): Draw[] {
  const draws = balancedDraws(seed, strata, after);
  return Array.from({ length: count }, () => draws.next().value as Draw);
}

test('strata hold the indices of their images, in the order of their keys', () => {
  expect(strata.map((images) => images.length)).toEqual([17, 1, 2]);
  expect([...(strata[1] as Uint32Array)]).toEqual([9]);
  expect([...(strata[2] as Uint32Array)]).toEqual([12, 13]);
});

test('in every round each stratum is shown once, and its images take turns', () => {
  const draws = take(3 * 34, 5);
  for (let round = 0; round < draws.length; round += 3) {
    const keys = draws.slice(round, round + 3).map(({ index }) => KEYS[index]);
    expect(keys.sort()).toEqual(['a', 'b', 'c']);
  }
  const shown = draws.filter(({ index }) => KEYS[index] === 'a');
  expect(new Set(shown.slice(0, 17).map(({ index }) => index)).size).toBe(17);
  expect(shown.map(({ epoch }) => epoch)).toEqual([...Array(17).fill(1), ...Array(17).fill(2)]);
  // An image that is shown again is moved otherwise: its epoch is another.
  expect(draws.filter(({ index }) => index === 9).map(({ epoch }) => epoch)).toEqual(
    Array.from({ length: 34 }, (_, i) => i + 1),
  );
});

test('the draws are a function of the seed, and go on after any number', () => {
  expect(take(50, 5)).toEqual(take(50, 5));
  expect(take(50, 5)).not.toEqual(take(50, 6));
  expect(take(20, 5, 30)).toEqual(take(50, 5).slice(30));
});
