import {
  clusterEstimate,
  type Estimate,
  normalQuantile,
  normals,
  shareContrast,
  uniforms,
} from '@viewgap/stats';

/** A population of studies of two models' sensitivities that differ neither between views nor between models. */
export interface ShareScenario {
  /** patients with the finding in each view, one image in each */
  readonly positives: number;
  /** share of them that are filmed in both views */
  readonly inBoth: number;
  readonly sensitivity: number;
}

/** What one simulated study concludes at 5 %. */
export interface ShareOutcome {
  readonly covers: boolean;
  readonly rejects: Readonly<Record<'gap' | 'change' | 'changeOfGap', boolean>>;
}

/** Variance of a score that its patient, and its image, have in common between the models. */
const [OF_PATIENT, OF_IMAGE] = [0.4, 0.3];

/** One study: images above a threshold are called positive. */
export function simulateShares(
  { positives, inBoth, sensitivity }: ShareScenario,
  study: number,
): ShareOutcome {
  const next = normals(uniforms(study + 1));
  const both = Math.round(inBoth * positives);
  const patients = 2 * positives - both;
  const threshold = -normalQuantile(sensitivity);
  const ofPatient = Float64Array.from({ length: patients }, next);
  // PA has the first patients, AP the last: those in the middle are in both.
  const share = (firstPatient: number, image: Float64Array): Estimate => {
    const cluster = Int32Array.from({ length: positives }, (_, i) => firstPatient + i);
    const called = Float64Array.from({ length: positives }, (_, i) => {
      const score =
        Math.sqrt(OF_PATIENT) * (ofPatient[firstPatient + i] as number) +
        Math.sqrt(OF_IMAGE) * (image[i] as number) +
        Math.sqrt(1 - OF_PATIENT - OF_IMAGE) * next();
      return score >= threshold ? 1 : 0;
    });
    const value = called.reduce((sum, one) => sum + one, 0) / positives;
    return clusterEstimate(
      value,
      called.map((one) => (one - value) / positives),
      cluster,
      patients,
    );
  };
  const images = [0, 1].map(() => Float64Array.from({ length: positives }, next)) as [
    Float64Array,
    Float64Array,
  ];
  const [pa1, pa2, ap1, ap2] = [
    share(0, images[0]),
    share(0, images[0]),
    share(patients - positives, images[1]),
    share(patients - positives, images[1]),
  ];
  const term = (weight: number, estimate: Estimate) => ({ weight, estimate, images: positives });
  const test = (...terms: Parameters<typeof shareContrast>[0]) =>
    (shareContrast(terms, 0.95).p() ?? 1) < 0.05;
  const ci = shareContrast([term(1, ap1)], 0.95).ci;
  return {
    covers: ci !== null && ci[0] <= sensitivity && sensitivity <= ci[1],
    rejects: {
      gap: test(term(1, ap1), term(-1, pa1)),
      change: test(term(1, ap2), term(-1, ap1)),
      changeOfGap: test(term(1, ap2), term(-1, pa2), term(-1, ap1), term(1, pa1)),
    },
  };
}
