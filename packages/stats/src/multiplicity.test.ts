import fc from 'fast-check';
import { expect, test } from 'vitest';
import { benjaminiHochberg, holm, type P } from './multiplicity.ts';

const close = (values: number[]) => values.map((value) => expect.closeTo(value, 14));

test('both equal statsmodels 0.15 (multipletests: holm, fdr_bh)', () => {
  const family = [0.01, 0.04, 0.03, 0.005, 0.6, 0.04];
  expect(holm(family)).toEqual(close([0.05, 0.12, 0.12, 0.03, 0.6, 0.12]));
  expect(benjaminiHochberg(family)).toEqual(close([0.03, 0.048, 0.048, 0.03, 0.6, 0.048]));
});

test('a test that could not be made is not counted in the family', () => {
  expect(holm([0.02, null, 0.03])).toEqual([0.04, null, 0.04]);
  expect(benjaminiHochberg([null, 0.02])).toEqual([null, 0.02]);
  expect(holm([])).toEqual([]);
});

const families = fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 12 });

test.each([
  ['holm', holm],
  ['benjaminiHochberg', benjaminiHochberg],
])('%s: never below the raw p, never above 1, in the same order', (_, adjust) => {
  fc.assert(
    fc.property(families, (family) => {
      const adjusted = adjust(family);
      family.forEach((p, i) => {
        if (p === null) expect(adjusted[i]).toBeNull();
        else expect(adjusted[i]).toBeGreaterThanOrEqual(p);
        expect(adjusted[i] ?? 0).toBeLessThanOrEqual(1);
      });
      const order = (ps: readonly P[]) => (i: number, j: number) => (ps[i] as number) - (ps[j] as number);
      const known = family.flatMap((p, i) => (p === null ? [] : [i])).sort(order(family));
      for (let k = 1; k < known.length; k++) {
        expect(adjusted[known[k] as number]).toBeGreaterThanOrEqual(
          adjusted[known[k - 1] as number] as number,
        );
      }
    }),
  );
});

test('holm is never below benjamini and hochberg', () => {
  fc.assert(
    fc.property(families, (family) => {
      const bh = benjaminiHochberg(family);
      holm(family).forEach((p, i) => {
        if (p !== null) expect(p).toBeGreaterThanOrEqual((bh[i] as number) - 1e-12);
      });
    }),
  );
});
