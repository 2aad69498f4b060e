import { expect, test } from 'vitest';
import { type Placed, place } from './placements.ts';
import { normals, uniforms } from './random.ts';
import { rank } from './ranking.ts';
import { rocCurve } from './roc.ts';

function curveOf(scores: Float64Array, code: Uint8Array) {
  const ranking = rank(scores);
  const placed = place(ranking, code, null, new Float64Array(scores.length)) as Placed;
  return { auroc: placed.auroc, ...rocCurve(ranking, code, placed) };
}

test('a small curve is there whole, by its corners; ties are a slope', () => {
  const { points, areaError } = curveOf(Float64Array.of(9, 8, 7, 6, 6, 5), Uint8Array.of(1, 1, 0, 1, 0, 0));
  expect(points).toEqual([
    [0, 0],
    [0, 2 / 3],
    [1 / 3, 2 / 3],
    [2 / 3, 1],
    [1, 1],
  ]);
  expect(areaError).toBeCloseTo(0, 14);
});

test.each([
  [30, 20_000],
  [300, 20_000],
  [5000, 20_000],
])('%d positives among %d scores: some hundred points, and the area within 1e-4', (positives, n) => {
  const normal = normals(uniforms(3));
  const code = Uint8Array.from({ length: n }, (_, i) => (i < positives ? 1 : 0));
  const { points, areaError } = curveOf(
    Float64Array.from(code, (label) => normal() + label),
    code,
  );
  expect(points.length).toBeLessThan(600);
  expect(Math.abs(areaError)).toBeLessThanOrEqual(1e-4);
});
