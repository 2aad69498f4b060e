import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ingested, readFilm, TRANSFORMS } from '../../bench/film-transforms.ts';
import { FIXTURE } from '../../test/testing.ts';
import { blurred, EDGE, reliefOf } from './relief.ts';

test('a blur is the mean of a box, mirrored at the edges', () => {
  const values = Float32Array.from({ length: 64 }, (_, i) => (i % 8) ** 2 + 3 * Math.floor(i / 8));
  const mirrored = (x: number) => (x < 0 ? -1 - x : x > 7 ? 15 - x : x);
  const mean = (at: number, value: (x: number) => number) =>
    [-2, -1, 0, 1, 2].reduce((sum, i) => sum + value(mirrored(at + i)), 0) / 5;
  const blur = blurred(values, 2);
  for (let y = 0; y < 8; y++)
    for (let x = 0; x < 8; x++)
      expect(blur[8 * y + x]).toBeCloseTo(mean(x, (i) => i * i) + mean(y, (i) => 3 * i), 4);
});

const NAME = '00000053_000';
const film = await readFilm(join(FIXTURE, `images/${NAME}.png`));
const relief = reliefOf(await ingested(film));
const likeness = (other: Float32Array) => {
  const product = (a: Float32Array, b: Float32Array) =>
    a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
  return product(relief, other) / Math.sqrt(product(relief, relief) * product(other, other));
};

test('a relief has a mean of about 0 and a deviation of about 1', () => {
  expect(relief).toHaveLength(EDGE * EDGE);
  expect(Math.abs(relief.reduce((sum, value) => sum + value, 0) / relief.length)).toBeLessThan(0.1);
  const variance = relief.reduce((sum, value) => sum + value * value, 0) / relief.length;
  expect(variance).toBeGreaterThan(0.5);
  expect(variance).toBeLessThan(1.2);
});

test.each([
  ['resized to 60 %', 0.97],
  ['re-windowed (gamma 0.6)', 0.95],
  ['CLAHE (slope 4, an eighth of the side)', 0.5],
  ['text burnt in', 0.8],
])('a copy %s has much the same relief', async (kind, least) => {
  const copy = await TRANSFORMS[kind]?.(film, NAME);
  if (!copy) throw new Error('no such transform');
  expect(likeness(reliefOf(await ingested(copy)))).toBeGreaterThan(least);
});

test('an inverted film has the same relief with the other sign', async () => {
  const pixels = film.pixels.map((grey) => 255 - grey);
  expect(likeness(reliefOf(await ingested({ ...film, pixels })))).toBeLessThan(-0.99);
});
