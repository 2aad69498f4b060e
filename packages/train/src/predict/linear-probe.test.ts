import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fitLinearProbe, probeScore } from './linear-probe.ts';

const { probe: fixture } = JSON.parse(
  readFileSync(new URL('../../fixtures/scaling.json', import.meta.url), 'utf8'),
) as { probe: { features: number; embeddings: number[]; is_ap: number[]; logits: number[] } };

const data = {
  features: fixture.features,
  embeddings: Float32Array.from(fixture.embeddings),
  labels: Uint8Array.from(fixture.is_ap),
};

test("the probe's logits are those of scikit-learn, a feature that does not vary among its features", () => {
  const probe = fitLinearProbe(data);
  if (probe === null) throw new Error('both views are there');
  const rows = fixture.logits.map((_, i) =>
    data.embeddings.subarray(i * data.features, (i + 1) * data.features),
  );
  const furthest = Math.max(
    ...rows.map((row, i) => Math.abs(probeScore(probe, row) - (fixture.logits[i] as number))),
  );
  expect(furthest).toBeLessThan(1e-6);
});

test('embeddings that a plane separates are fitted all the same: the penalty bounds the weights', () => {
  const probe = fitLinearProbe({
    features: 1,
    embeddings: Float32Array.of(0, 0, 1, 1),
    labels: Uint8Array.of(0, 0, 1, 1),
  });
  // Standardised, the embeddings are -1 and 1; the derivative 4 (expit(w) - 1) + w is 0 at the weight w.
  const [low, high] = [0, 1].map((x) => probeScore(probe as NonNullable<typeof probe>, Float32Array.of(x)));
  expect(low).toBeCloseTo(-(high as number), 9);
  const w = high as number;
  expect(4 * (1 / (1 + Math.exp(-w)) - 1) + w).toBeCloseTo(0, 9);
});

test('where all labels are the same there is nothing to tell', () => {
  expect(fitLinearProbe({ ...data, labels: new Uint8Array(data.labels.length) })).toBeNull();
});
