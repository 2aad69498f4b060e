import { aurocInfluence, clusterEstimate, clusteredContrast, normals, uniforms } from '@viewgap/stats';
import { expect, test } from 'vitest';

const STUDIES = 1000;
const PATIENTS = 160;
const IMAGES = 4;

/** Scores of two models, [model][image]; patients have two images in each view, and noise that their images share. */
function simulate(normal: () => number): Float64Array[] {
  const scores = [0, 1].map(() => new Float64Array(PATIENTS * IMAGES));
  for (let patient = 0; patient < PATIENTS; patient++) {
    const shared = [0, 1].map(() => [0, 1].map(() => normal()));
    for (let image = 0; image < IMAGES; image++) {
      const hard = normal();
      scores.forEach((column, m) => {
        const noise = 0.9 * (shared[m]?.[image >> 1] as number) + 0.5 * hard + 0.3 * normal();
        column[patient * IMAGES + image] = (patient % 2) + noise;
      });
    }
  }
  return scores;
}

test('patient-level noise: the 95 % interval of a true change of gap of 0 covers it in some 95 % of studies, the one by image in far fewer', () => {
  const normal = normals(uniforms(20_250_301));
  const images = Array.from({ length: PATIENTS * IMAGES }, (_, i) => i);
  const byPatient = (image: number) => Math.floor(image / IMAGES);
  const views = [0, 1].map((view) => images.filter((image) => (image % IMAGES) >> 1 === view));
  const covered = { patient: 0, image: 0 };
  for (let study = 0; study < STUDIES; study++) {
    const scores = simulate(normal);
    for (const cluster of ['patient', 'image'] as const) {
      const of = (model: 0 | 1, view: 0 | 1) => {
        const chosen = views[view] as number[];
        const labels = chosen.map((image) => byPatient(image) % 2);
        const influence = aurocInfluence(
          Float64Array.from(chosen, (i) => scores[model]?.[i] as number),
          labels,
        );
        if (influence === null) throw new Error('one class only');
        const clusters = chosen.map((image) => (cluster === 'patient' ? byPatient(image) : image));
        return clusterEstimate(influence.auroc, influence.image, clusters, images.length);
      };
      const { value, se } = clusteredContrast([
        { weight: 1, estimate: of(1, 0) },
        { weight: -1, estimate: of(1, 1) },
        { weight: -1, estimate: of(0, 0) },
        { weight: 1, estimate: of(0, 1) },
      ]);
      if (Math.abs(value) <= 1.959964 * (se as number)) covered[cluster]++;
    }
  }
  // 95 % give or take three standard errors of 1,000 trials
  expect(covered.patient / STUDIES).toBeGreaterThan(0.925);
  expect(covered.patient / STUDIES).toBeLessThan(0.975);
  expect(covered.image / STUDIES).toBeLessThan(0.9);
}, 30_000);
