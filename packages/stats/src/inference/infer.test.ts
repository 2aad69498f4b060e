import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { absChangeInterval } from '../gap-size.ts';
import type { Interval } from '../interval.ts';
import { studentTwoSidedP } from '../student.ts';
import { type AurocTerm, momentsOf } from './aurocs.ts';
import { type Inference, inferMethod, inferWeights, isLarge } from './infer.ts';
import { readersPair } from './seed-readers.ts';
import { strataOf } from './strata.ts';

interface Numbers {
  readonly se: number;
  readonly df: number;
  readonly interval: Interval;
  readonly p: number | null;
}

interface Case {
  /** [term][seed][cluster], terms AP and PA of the first model, then of the second */
  readonly influences: number[][][];
  readonly values: number[][];
  readonly members: [ap: number[], pa: number[]];
  readonly classes: number[][];
  readonly strata: number[];
  readonly rarer: number[];
  readonly contrasts: (Numbers & {
    name: string;
    weights: number[];
    value: number;
    clusters: number;
    method: Numbers | null;
  })[];
  readonly pair: Record<'gap1' | 'gap2' | 'var1' | 'var2' | 'cov' | 'df', number> | null;
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/inference-expected.json', import.meta.url), 'utf8'),
) as { cases: Case[] };

function termsOf({ influences, values, members, rarer }: Case, weights: readonly number[]): AurocTerm[] {
  return weights.flatMap((weight, i) => {
    if (weight === 0) return [];
    const seeds = (influences[i] as number[][]).map((influence, k) => ({
      value: values[i]?.[k] as number,
      influence: Float64Array.from(influence),
      members: Uint8Array.from(members[(i % 2) as 0 | 1]),
    }));
    return [{ weight, seeds, rarer: rarer[i] as number }];
  });
}

function close(one: Numbers | null, other: Numbers | null): void {
  if (one === null || other === null) {
    expect(one).toBe(other);
    return;
  }
  expect(one.se).toBeCloseTo(other.se, 12);
  expect(one.df).toBeCloseTo(other.df, 8);
  expect(one.interval[0]).toBeCloseTo(other.interval[0], 9);
  expect(one.interval[1]).toBeCloseTo(other.interval[1], 9);
  if (one.p === null || other.p === null) expect(one.p).toBe(other.p);
  else expect(one.p).toBeCloseTo(other.p, 8);
}

describe.each(
  cases.map(
    (one, i) => [`${one.values[0]?.length} seeds, ${one.rarer[0]} positives, case ${i}`, one] as const,
  ),
)('%s', (_, one) => {
  const strata = strataOf(one.classes.map((flags) => Uint8Array.from(flags)));

  test('a patient belongs to the rarest of its classes', () => {
    expect([...strata]).toEqual(one.strata);
  });

  test.each(one.contrasts)('$name equals numpy and scipy', ({ name, weights, method, ...expected }) => {
    const kind = name === 'auroc' ? 'auroc' : 'difference';
    const question = { terms: termsOf(one, weights), strata, kind, level: 0.95 } as const;
    const found = inferWeights(question);
    expect(found?.value).toBeCloseTo(expected.value, 12);
    expect(found?.clusters).toBe(expected.clusters);
    expect(found?.rule).toBe('mover');
    close(found as Numbers, expected);
    close(inferMethod(question) as Numbers | null, method);
  });

  test('so does the covariance of the two gaps with seeds as readers', () => {
    const found = readersPair(termsOf(one, [1, -1, 0, 0]), termsOf(one, [0, 0, 1, -1]), strata);
    if (found === null || one.pair === null) {
      expect(found).toBe(one.pair);
      return;
    }
    for (const [name, value] of Object.entries({ ...found.pair, df: found.df })) {
      expect(value).toBeCloseTo(one.pair[name as keyof typeof one.pair], 9);
    }
    const [low, high] = absChangeInterval(found.pair, 0.95, found.df);
    const change = Math.abs(found.pair.gap2) - Math.abs(found.pair.gap1);
    expect(low).toBeLessThan(change);
    expect(high).toBeGreaterThan(change);
  });
});

describe('a combination of AUROCs', () => {
  const five = cases[3] as Case;
  const strata = Uint8Array.from(five.strata);
  const gap = termsOf(five, [1, -1, 0, 0]);
  const one = (terms: readonly AurocTerm[]) =>
    terms.map((term) => ({ ...term, seeds: term.seeds.slice(0, 1) }));

  test('has a p below 1 - level exactly where its interval leaves 0 out', () => {
    for (const { terms, level } of cases.flatMap((each) =>
      [0.5, 0.8, 0.9, 0.95].map((level) => ({ terms: termsOf(each, [1, -1, 0, 0]), level })),
    )) {
      const strata = Uint8Array.from({ length: terms[0]?.seeds[0]?.members.length as number });
      const found = inferWeights({ terms, strata, kind: 'difference', level });
      const [low, high] = (found as Inference).interval as Interval;
      expect((found?.p as number) < 1 - level).toBe(low > 0 || high < 0);
    }
  });

  test('has no p with fewer than five patients of a class, and none of the method below five seeds', () => {
    const question = { strata, kind: 'difference', level: 0.95 } as const;
    const few = gap.map((term) => ({ ...term, rarer: 4 }));
    expect(inferWeights({ ...question, terms: few })).toMatchObject({ p: null, interval: expect.anything() });
    const four = gap.map((term) => ({ ...term, seeds: term.seeds.slice(0, 4) }));
    expect(inferMethod({ ...question, terms: four })).toMatchObject({
      p: null,
      df: 3,
      interval: expect.anything(),
    });
    const two = gap.map((term) => ({ ...term, seeds: term.seeds.slice(0, 2) }));
    expect(inferMethod({ ...question, terms: two })).toBeNull();
  });

  test('of identical models is 0 without an interval or a test', () => {
    const term = one(gap)[0] as AurocTerm;
    const terms = [term, { ...term, weight: -1 }];
    expect(inferWeights({ terms, strata, kind: 'difference', level: 0.95 })).toMatchObject({
      value: 0,
      se: 0,
      interval: null,
      p: null,
    });
  });

  test('that are all exactly 1 still has an interval: Wilson tells how far they may be below', () => {
    const perfect = one(gap).map((term) => ({
      ...term,
      seeds: term.seeds.map((seed) => ({ ...seed, value: 1, influence: seed.influence.map(() => 0) })),
    }));
    const found = inferWeights({ terms: perfect, strata, kind: 'difference', level: 0.95 });
    expect(found?.interval?.[0]).toBeLessThan(-0.05);
    expect(found?.interval?.[1]).toBeGreaterThan(0.01);
    expect(found?.p).toBe(1);
  });

  test('refers to clusters - 1 where there are few: five hospitals give Student 4', () => {
    const hospitals = one(gap).map((term) => ({
      ...term,
      rarer: 400,
      seeds: [
        {
          value: term.weight > 0 ? 0.8 : 0.7,
          influence: Float64Array.of(0.03, -0.01, 0.02, -0.03, -0.01).map((x) => x * term.weight),
          members: Uint8Array.of(1, 1, 1, 1, 1),
        },
      ],
    }));
    const all = Uint8Array.of(1, 1, 1, 1, 1);
    const found = inferWeights({
      terms: hospitals,
      strata: strataOf([all, all, all, all]),
      kind: 'difference',
      level: 0.95,
    });
    expect(found).toMatchObject({ df: 4, clusters: 5, rule: 'symmetric' });
    expect(found?.p).toBeCloseTo(studentTwoSidedP((found?.value as number) / (found?.se as number), 4), 14);
  });

  test('is large by its rarer class, by those on the wrong side, and by its findings together', () => {
    const term = (weight: number, rarer: number, value: number): AurocTerm => ({
      weight,
      rarer,
      seeds: [{ value, influence: new Float64Array(2), members: new Uint8Array(2) }],
    });
    expect(isLarge([term(1, 150, 0.85)])).toBe(true);
    expect(isLarge([term(1, 149, 0.85)])).toBe(false);
    expect(isLarge([term(1, 400, 0.98)])).toBe(false);
    expect(isLarge([term(1, 1000, 0.98)])).toBe(true);
    expect(isLarge([term(1, 400, 1)])).toBe(false);
    expect(isLarge([1, -1].flatMap((sign) => [1, 2, 3].map(() => term(sign / 3, 60, 0.8))))).toBe(true);
    expect(isLarge([1, -1].flatMap((sign) => [10, 60, 60].map((n) => term(sign / 3, n, 0.8))))).toBe(false);
  });

  test('has no moments of one cluster', () => {
    const terms = gap.map((term) => ({
      ...term,
      seeds: [{ value: 0.8, influence: Float64Array.of(0), members: Uint8Array.of(1) }],
    }));
    expect(momentsOf(terms, Uint8Array.of(0))).toBeNull();
  });
});
