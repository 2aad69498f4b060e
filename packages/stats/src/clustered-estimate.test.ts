import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clusterEstimate, clusteredContrast, clusteredError, type Estimate } from './clustered-estimate.ts';
import { aurocInfluence } from './influence.ts';

interface Sample {
  readonly scores: number[];
  readonly labels: number[];
  readonly patients: number[];
}

function estimate({ scores, labels, patients }: Sample): Estimate {
  const influence = aurocInfluence(Float64Array.from(scores), labels);
  if (influence === null) throw new Error('one class only');
  return clusterEstimate(influence.auroc, influence.image, patients, Math.max(...patients) + 1);
}

const samples: fc.Arbitrary<Sample> = fc
  .array(fc.tuple(fc.integer({ min: -8, max: 8 }), fc.nat({ max: 1 }), fc.nat({ max: 9 })), {
    minLength: 4,
    maxLength: 40,
  })
  .map((images) => ({
    scores: images.map(([score]) => score),
    labels: images.map(([, label]) => label),
    patients: images.map(([, , patient]) => patient),
  }))
  .filter(({ labels, patients }) => new Set(labels).size === 2 && new Set(patients).size > 1);

describe('the influence of an AUROC', () => {
  test('is null where one class is empty', () => {
    expect(aurocInfluence(Float64Array.of(1, 2), [1, 1])).toBeNull();
    expect(aurocInfluence(Float64Array.of(), [])).toBeNull();
  });

  test('sums to 0', () => {
    fc.assert(
      fc.property(samples, ({ scores, labels }) => {
        const image = aurocInfluence(Float64Array.from(scores), labels)?.image ?? Float64Array.of(1);
        expect(image.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
      }),
    );
  });

  test('does not change under a monotone map of the scores', () => {
    fc.assert(
      fc.property(samples, (sample) => {
        const mapped = { ...sample, scores: sample.scores.map((score) => Math.exp(score / 3) - 5) };
        expect(estimate(mapped)).toEqual(estimate(sample));
      }),
    );
  });

  test('by hand: two positives, two negatives, one pair of them in the wrong order', () => {
    const influence = aurocInfluence(Float64Array.of(3, 1, 2, 0), [1, 1, 0, 0]);
    expect(influence?.auroc).toBe(0.75);
    expect([...(influence?.image ?? [])]).toEqual([0.125, -0.125, -0.125, 0.125]);
  });
});

describe('the clustered error', () => {
  test('by hand: four patients with one image each, 4/3 times the sum of squares', () => {
    const one = estimate({ scores: [3, 1, 2, 0], labels: [1, 1, 0, 0], patients: [0, 1, 2, 3] });
    expect(clusteredError(one)).toBeCloseTo(Math.sqrt(((4 / 3) * 4) / 64), 14);
  });

  test('two patients whose images cancel each other out have none', () => {
    const one = estimate({ scores: [3, 1, 2, 0], labels: [1, 1, 0, 0], patients: [0, 0, 1, 1] });
    expect(clusteredError(one)).toBe(0);
  });

  test('one patient alone: null', () => {
    const one = estimate({ scores: [3, 1, 2, 0], labels: [1, 1, 0, 0], patients: [0, 0, 0, 0] });
    expect(clusteredError(one)).toBeNull();
  });

  test('duplicating every patient shrinks it by the square root of 2, up to G / (G - 1)', () => {
    fc.assert(
      fc.property(samples, (sample) => {
        const twice: Sample = {
          scores: [...sample.scores, ...sample.scores],
          labels: [...sample.labels, ...sample.labels],
          patients: [...sample.patients, ...sample.patients.map((patient) => patient + 10)],
        };
        const g = new Set(sample.patients).size;
        const factor = Math.sqrt((2 * (g - 1)) / (2 * g - 1));
        const [once, both] = [estimate(sample), estimate(twice)];
        expect(both.value).toBeCloseTo(once.value, 12);
        expect(clusteredError(both)).toBeCloseTo(
          ((clusteredError(once) as number) * factor) / Math.SQRT2,
          10,
        );
      }),
    );
  });

  test('duplicating the images within each patient does not', () => {
    fc.assert(
      fc.property(samples, (sample) => {
        const merged: Sample = {
          scores: [...sample.scores, ...sample.scores],
          labels: [...sample.labels, ...sample.labels],
          patients: [...sample.patients, ...sample.patients],
        };
        expect(clusteredError(estimate(merged))).toBeCloseTo(clusteredError(estimate(sample)) as number, 12);
      }),
    );
  });
});

describe('a contrast', () => {
  test('of an estimate with itself is exactly 0, with an error of exactly 0', () => {
    fc.assert(
      fc.property(samples, (sample) => {
        const contrast = clusteredContrast([
          { weight: 1, estimate: estimate(sample) },
          { weight: -1, estimate: estimate(sample) },
        ]);
        expect(contrast).toMatchObject({ value: 0, se: 0 });
      }),
    );
  });

  test('over other clusters is refused', () => {
    const [few, many] = [
      estimate({ scores: [1, 2], labels: [0, 1], patients: [0, 1] }),
      estimate({ scores: [1, 2], labels: [0, 1], patients: [0, 2] }),
    ];
    expect(() =>
      clusteredContrast([
        { weight: 1, estimate: few },
        { weight: -1, estimate: many },
      ]),
    ).toThrow('different clusters');
  });
});
