import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auroc, placements } from './auroc.ts';

interface Case {
  readonly name: string;
  readonly positives: number[];
  readonly negatives: number[];
  readonly auroc: number;
  readonly v10: number[];
  readonly v01: number[];
}

const { cases } = JSON.parse(readFileSync(new URL('../fixtures/auroc.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

/** Largest absolute difference. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] as number))));
}

describe('AUROC', () => {
  test.each(cases)('is that of scikit-learn to 1e-12: $name', (c) => {
    const value = auroc(Float64Array.from(c.positives), Float64Array.from(c.negatives));
    expect(difference([value as number], [c.auroc])).toBeLessThan(1e-12);
  });

  test.each(cases)('has the placement values of DeLong by their definition: $name', (c) => {
    const result = placements(Float64Array.from(c.positives), Float64Array.from(c.negatives));
    expect(difference(result?.positive ?? [], c.v10)).toBeLessThan(1e-12);
    expect(difference(result?.negative ?? [], c.v01)).toBeLessThan(1e-12);
  });

  test('is null where one class is empty', () => {
    const some = Float64Array.of(1, 2);
    const none = new Float64Array();
    expect([auroc(some, none), auroc(none, some), auroc(none, none)]).toEqual([null, null, null]);
  });

  test('counts 0 and -0 as a tie, and leaves the scores as they were', () => {
    const positives = Float64Array.of(0, 3, -2);
    const negatives = Float64Array.of(-0);
    expect(auroc(positives, negatives)).toBe(0.5);
    expect(Array.from(positives)).toEqual([0, 3, -2]);
  });
});

// Small integers make ties common; their cubes are exact, so that a strictly increasing map stays one in doubles.
const scores = fc
  .array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 60 })
  .map((values) => Float64Array.from(values));

describe('laws of the AUROC', () => {
  test('a strictly increasing map of the scores changes nothing, to the last bit', () => {
    const increasing = (score: number) => score ** 3 + 2 * score - 7;
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        expect(placements(positives.map(increasing), negatives.map(increasing))).toEqual(
          placements(positives, negatives),
        );
      }),
    );
  });

  test('swapping the labels, or the sign of the scores, gives 1 - A', () => {
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        const value = auroc(positives, negatives) as number;
        const negated = (values: Float64Array) => values.map((score) => -score);
        expect(difference([auroc(negatives, positives) as number], [1 - value])).toBeLessThan(1e-12);
        expect(
          difference([auroc(negated(positives), negated(negatives)) as number], [1 - value]),
        ).toBeLessThan(1e-12);
      }),
    );
  });

  test('both kinds of placement values average to it', () => {
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        const result = placements(positives, negatives);
        const mean = (values: Float64Array) => values.reduce((a, b) => a + b) / values.length;
        const value = result?.auroc as number;
        expect(
          difference(
            [mean(result?.positive ?? positives), mean(result?.negative ?? negatives)],
            [value, value],
          ),
        ).toBeLessThan(1e-12);
      }),
    );
  });

  test('the order of the images does not matter', () => {
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        const value = auroc(positives, negatives) as number;
        const reversed = auroc(positives.slice().reverse(), negatives.slice().reverse()) as number;
        expect(difference([reversed], [value])).toBeLessThan(1e-12);
      }),
    );
  });
});
