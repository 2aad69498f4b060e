import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OUT, place } from './placements.ts';
import { uniforms } from './random.ts';
import { rank, rankingOf, rankPart, restrict } from './ranking.ts';

/** Doubles of every size and sign, many of them equal, close or in the same upper half. */
const scores = fc
  .array(
    fc.oneof(
      fc.double({ noNaN: true }),
      fc.integer({ min: -3, max: 3 }),
      fc.integer({ min: 0, max: 40 }).map((k) => 1 - k * 2 ** -52),
      fc.constantFrom(0, -0, Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE),
    ),
    { maxLength: 120 },
  )
  .map((values) => Float64Array.from(values));

test('the order is that of a stable comparison sort, and what is equal is marked so', () => {
  fc.assert(
    fc.property(scores, (values) => {
      const { order, tied } = rank(values);
      const compared = [...values.keys()].sort((a, b) => {
        const [x, y] = [values[a] as number, values[b] as number];
        return x < y ? -1 : x > y ? 1 : a - b;
      });
      expect([...order]).toEqual(compared);
      compared.forEach((index, k) => {
        expect(tied[k]).toBe(k > 0 && values[compared[k - 1] as number] === values[index] ? 1 : 0);
      });
    }),
  );
});

test('infinite scores are ranked at the ends, and NaN of either sign behind them', () => {
  const values = Float64Array.of(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    0,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
  );
  new Uint8Array(values.buffer)[7] = 0xff;
  expect(Number.isNaN(values[0])).toBe(true);
  expect([...rank(values).order].slice(0, 3)).toEqual([3, 2, 1]);
});

test('long runs of one upper half, and scores that were not made, are sorted too', () => {
  const close = Float64Array.from({ length: 5000 }, (_, i) => 1 + ((i * 2654435761) % 4096) * 2 ** -52);
  const { order } = rank(close);
  for (let k = 1; k < order.length; k++) {
    const [a, b] = [order[k - 1] as number, order[k] as number];
    expect((close[a] as number) < (close[b] as number) || (close[a] === close[b] && a < b)).toBe(true);
  }
  expect([...rank(Float64Array.of(Number.NaN, 1, -2)).order]).toEqual([2, 1, 0]);
});

const cells = scores.chain((values) =>
  fc.tuple(
    fc.constant(values),
    fc.array(fc.constantFrom(0, 1, OUT), { minLength: values.length, maxLength: values.length }),
  ),
);

test('one walk along the ranking gives the placement values of the definition, bit for bit', () => {
  fc.assert(
    fc.property(cells, ([values, codes]) => {
      const code = Uint8Array.from(codes);
      const found = new Float64Array(values.length).fill(Number.NaN);
      const placed = place(rank(values), code, null, found);
      const of = (wanted: number) => values.filter((_, i) => code[i] === wanted);
      const [positives, negatives] = [of(1), of(0)];
      expect(placed === null).toBe(positives.length === 0 || negatives.length === 0);
      if (placed === null) return;
      const outranked = (score: number, others: Float64Array) =>
        others.reduce((sum, other) => sum + (other < score ? 1 : other === score ? 0.5 : 0), 0) /
        others.length;
      const positive = [...positives].map((score) => outranked(score, negatives));
      expect(placed.auroc).toBeCloseTo(positive.reduce((sum, share) => sum + share) / positive.length, 13);
      expect([...found.filter((_, i) => code[i] === 1)]).toEqual(positive);
      expect([...found.filter((_, i) => code[i] === 0)]).toEqual(
        [...negatives].map((score) => 1 - outranked(score, positives)),
      );
      expect(found.filter((_, i) => code[i] === OUT).every(Number.isNaN)).toBe(true);
    }),
  );
});

test('the ranking of a part is that of its scores alone', () => {
  const random = uniforms(3);
  const whole = Float64Array.from({ length: 500 }, () => Math.floor(60 * random()) / 7);
  const kept = Array.from(whole.keys()).filter(() => random() < 0.3);
  const place = new Int32Array(whole.length).fill(-1);
  kept.forEach((i, k) => {
    place[i] = k;
  });
  const part = Float64Array.from(kept, (i) => whole[i] as number);
  rankPart(part, whole, place);
  expect(rankingOf(part)).toEqual(rank(part));
});

test('a restricted ranking places as the whole one does', () => {
  fc.assert(
    fc.property(cells, ([values, codes]) => {
      const code = Uint8Array.from(codes);
      const whole = new Float64Array(values.length);
      const part = new Float64Array(values.length);
      expect(place(restrict(rank(values), code, OUT), code, null, part)).toEqual(
        place(rank(values), code, null, whole),
      );
      expect(part).toEqual(whole);
    }),
  );
});

test('a weight of 2 is an image that is there twice', () => {
  fc.assert(
    fc.property(cells, ([values, codes]) => {
      const twice = Float64Array.from([...values, ...values]);
      const once = place(
        rank(values),
        Uint8Array.from(codes),
        new Float64Array(values.length).fill(2),
        new Float64Array(values.length),
      );
      const doubled = place(
        rank(twice),
        Uint8Array.from([...codes, ...codes]),
        null,
        new Float64Array(twice.length),
      );
      expect(once?.positives).toBe(doubled?.positives);
      if (once !== null) expect(once.auroc).toBeCloseTo(doubled?.auroc as number, 13);
    }),
  );
});
