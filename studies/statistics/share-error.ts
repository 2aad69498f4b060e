#!/usr/bin/env tsx
// How often tests of sensitivities reject a true null, and how often the 95 % interval of one holds the truth.
// npx tsx studies/statistics/share-error.ts [--studies 5000]
import { parseArgs } from 'node:util';
import { type ShareScenario, simulateShares } from './simulate-shares.ts';

const { values } = parseArgs({ options: { studies: { type: 'string', default: '5000' } } });
const studies = Number(values.studies);
const scenarios = [10, 20, 50, 200].flatMap((positives) =>
  [0, 0.5].flatMap((inBoth) =>
    [0.6, 0.8, 0.9].map((sensitivity): ShareScenario => ({ positives, inBoth, sensitivity })),
  ),
);
const percent = (count: number) => ((100 * count) / studies).toFixed(1);

console.log(
  '| positives a view | in both views | sensitivity | interval holds | rejects: gap | change | change of gap |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const scenario of scenarios) {
  const count = { covers: 0, gap: 0, change: 0, changeOfGap: 0 };
  for (let study = 0; study < studies; study++) {
    const { covers, rejects } = simulateShares(scenario, study);
    if (covers) count.covers++;
    for (const name of ['gap', 'change', 'changeOfGap'] as const) if (rejects[name]) count[name]++;
  }
  const { positives, inBoth, sensitivity } = scenario;
  const { covers, gap, change, changeOfGap } = count;
  console.log(
    `| ${positives} | ${inBoth} | ${sensitivity} | ${[covers, gap, change, changeOfGap].map(percent).join(' | ')} |`,
  );
}
