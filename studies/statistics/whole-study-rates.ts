#!/usr/bin/env tsx
// How often the page of a whole study claims what is false: studies drawn from their labels on, all tables computed, and
// the answer that the page prints compared with the truth. One line of JSON a population.
// npx tsx studies/statistics/whole-study-rates.ts [--studies 5000] [--from 0 --to 15]
import { parseArgs } from 'node:util';
import type { Answer } from '@viewgap/report';
import { answerOf, POPULATIONS, type Population } from './whole-study.ts';

export interface Claims {
  /** studies of which a claim is false, in percent */
  readonly false: number;
  /** how often each verdict was given, in percent */
  readonly better: Readonly<Record<string, number>>;
  readonly gap: Readonly<Record<string, number>>;
}

export async function claimsOf(population: Population, studies: number): Promise<Claims> {
  const given: Answer[] = [];
  for (let study = 0; study < studies; study++) given.push(await answerOf(population, study));
  const percent = (count: number) => Math.round((10_000 * count) / studies) / 100;
  const counts = (verdicts: readonly string[]) => {
    const names = [...new Set(verdicts)].sort();
    return Object.fromEntries(
      names.map((name) => [name, percent(verdicts.filter((verdict) => verdict === name).length)]),
    );
  };
  return {
    false: percent(given.filter((answer) => !population.isTrue(answer)).length),
    better: counts(given.map(({ better }) => better)),
    gap: counts(given.map(({ gap }) => gap)),
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      studies: { type: 'string', default: '5000' },
      from: { type: 'string', default: '0' },
      to: { type: 'string' },
    },
  });
  const to = values.to === undefined ? undefined : Number(values.to);
  for (const population of POPULATIONS.slice(Number(values.from), to)) {
    const { name, from, to: second, shortcut, seeds, seedVariance } = population;
    const claims = await claimsOf(population, Number(values.studies));
    console.log(JSON.stringify({ name, from, to: second, shortcut, seeds, seedVariance, claims }));
  }
}

if (process.argv[1] === import.meta.filename) await main();
