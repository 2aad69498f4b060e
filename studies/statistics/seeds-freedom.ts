#!/usr/bin/env tsx
// How often the test of a mean over seeds rejects a true null, by the share of its variance that is between the seeds.
// npx tsx studies/statistics/seeds-freedom.ts [studies]
import { normals, seedReaders, studentTwoSidedP, uniforms } from '@viewgap/stats';

const SHARES = [0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1];
const PATIENTS_DF = 120;

/** Share of studies with p < .05 where the mean is 0: the seeds' part of its variance is `share`, the patients' the rest. */
export function rejections(seeds: number, share: number, studies: number): number {
  const normal = normals(uniforms(seeds, Math.round(1000 * share)));
  let rejected = 0;
  for (let study = 0; study < studies; study++) {
    const bySeed = Array.from({ length: seeds }, () => Math.sqrt(seeds * share) * normal());
    const mean = bySeed.reduce((sum, value) => sum + value, 0) / seeds + Math.sqrt(1 - share) * normal();
    let squares = 0;
    for (let i = 0; i < PATIENTS_DF; i++) squares += normal() ** 2;
    // equal variances of a seed and of the mean: all of it is the patients'
    const patients = ((1 - share) * squares) / PATIENTS_DF;
    const readers = seedReaders(bySeed, patients, patients, PATIENTS_DF);
    if (readers && studentTwoSidedP(mean / Math.sqrt(readers.variance), readers.df) < 0.05) rejected++;
  }
  return rejected / studies;
}

if (process.argv[1] === import.meta.filename) {
  const studies = Number(process.argv[2] ?? 200_000);
  for (const seeds of [5, 8, 10]) {
    const rates = SHARES.map(
      (share) => `${share}: ${(100 * rejections(seeds, share, studies)).toFixed(2)} %`,
    );
    console.log(`${seeds} seeds, by the share of the variance between them: ${rates.join(', ')}`);
  }
}
