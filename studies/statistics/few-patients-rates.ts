#!/usr/bin/env tsx
// How often intervals leave out the truth and tests reject, with few patients, few clusters and few seeds: one line of
// JSON a population, and at the end the worst of each contrast.
// npx tsx studies/statistics/few-patients-rates.ts --grid other [--studies 5000] [--from 0 --to 12]
import { parseArgs } from 'node:util';
import type { Inference } from '@viewgap/stats';
import { CONTRASTS, type FewPatients, type Outcome, simulateFewPatients } from './few-patients.ts';
import { GRIDS } from './few-patients-rows.ts';

/** Rates in percent over the studies of a population. */
interface Rates {
  /** intervals that leave out the truth, of those that there are */
  readonly misses: number;
  readonly intervals: number;
  /** p below .05, of those that there are: type-I error where the truth is 0, else power */
  readonly rejects: number | null;
  readonly width: number;
}

export function ratesOf(outcomes: readonly Outcome[]): Rates {
  const shown = outcomes.filter(({ inference }) => inference?.interval);
  const tested = outcomes.filter(({ inference }) => typeof inference?.p === 'number');
  const percent = (count: number, of: number) => Math.round((1000 * count) / of) / 10;
  const misses = shown.filter(({ truth, inference }) => {
    const [low, high] = (inference as Inference).interval as [number, number];
    return truth < low - 1e-12 || truth > high + 1e-12;
  });
  const widths = shown.map(({ inference }) => {
    const [low, high] = (inference as Inference).interval as [number, number];
    return high - low;
  });
  return {
    misses: percent(misses.length, shown.length),
    intervals: percent(shown.length, outcomes.length),
    rejects:
      tested.length === 0
        ? null
        : percent(tested.filter(({ inference }) => (inference?.p as number) < 0.05).length, tested.length),
    width: Number((widths.reduce((sum, width) => sum + width, 0) / widths.length).toFixed(4)),
  };
}

export function ratesOfPopulation(population: FewPatients, studies: number): Record<string, Rates> {
  const outcomes = Array.from({ length: studies }, (_, study) => simulateFewPatients(population, study));
  return Object.fromEntries(
    CONTRASTS.map((name) => [name, ratesOf(outcomes.map((outcome) => outcome[name] as Outcome))]),
  );
}

function main(): void {
  const { values } = parseArgs({
    options: {
      grid: { type: 'string', default: 'other' },
      studies: { type: 'string', default: '5000' },
      from: { type: 'string', default: '0' },
      to: { type: 'string' },
    },
  });
  const grid = GRIDS[values.grid];
  if (grid === undefined) {
    throw new RangeError(`no grid "${values.grid}": one of ${Object.keys(GRIDS).join(', ')}`);
  }
  const rows = grid().slice(Number(values.from), values.to === undefined ? undefined : Number(values.to));
  for (const population of rows) {
    console.log(
      JSON.stringify({ ...population, rates: ratesOfPopulation(population, Number(values.studies)) }),
    );
  }
}

if (process.argv[1] === import.meta.filename) main();
