#!/usr/bin/env tsx
// How often the test of a change of the gap rejects a true null, and how often the 95 % intervals hold the truth.
// npx tsx studies/statistics/type-one-error.ts [--studies 5000] [--positives 50,500] [--replicates 0] [--only 3]
import { parseArgs } from 'node:util';
import { type Scenario, simulateStudy } from './simulate.ts';

const { values } = parseArgs({
  options: {
    studies: { type: 'string', default: '5000' },
    positives: { type: 'string', default: '50,500' },
    replicates: { type: 'string', default: '0' },
    // number of one scenario, from 1, in the order of the whole table
    only: { type: 'string' },
  },
});
const [studies, replicates] = [Number(values.studies), Number(values.replicates)];

const scenarios = values.positives
  .split(',')
  .map(Number)
  .flatMap((positives) =>
    [0, 0.5].flatMap((inBoth) =>
      (['image', 'patient'] as const).flatMap((noise) =>
        [0, 0.5].map((gain): Scenario => ({ positives, inBoth, noise, gain })),
      ),
    ),
  );

const percent = (count: number) => ((100 * count) / studies).toFixed(1);

console.log(
  '| positives a view | in both views | noise of | true gain | rejects | bootstrap-t rejects | intervals hold: change of gap | gap | AUROC |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
const chosen =
  values.only === undefined ? scenarios : scenarios.slice(Number(values.only) - 1, Number(values.only));
for (const scenario of chosen) {
  const count = { rejects: 0, t: 0, change: 0, gap: 0, auroc: 0 };
  for (let study = 0; study < studies; study++) {
    const { p, tP, covered } = simulateStudy(scenario, study, replicates);
    if (p < 0.05) count.rejects++;
    if (tP !== null && tP < 0.05) count.t++;
    for (const name of ['change', 'gap', 'auroc'] as const) if (covered[name]) count[name]++;
  }
  const { positives, inBoth, noise, gain } = scenario;
  const t = replicates === 0 ? '' : percent(count.t);
  console.log(
    `| ${positives} | ${inBoth} | ${noise} | ${gain} | ${percent(count.rejects)} | ${t} | ${percent(count.change)} | ${percent(count.gap)} | ${percent(count.auroc)} |`,
  );
}
