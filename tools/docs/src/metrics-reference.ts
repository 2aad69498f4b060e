import { metrics } from '@viewgap/contracts/metrics';
import { z } from 'zod';
import { keyRows, keyTable, type Schema } from './schema-table.ts';

const HEAD = `# metrics.json

<!-- Written by \`npm run docs\` from the schema in packages/contracts/src/results. -->

What evaluate writes. Each table is a list; a row has its keys first (data set, model, seed, finding, view), then numbers, then
\`note\`. The gap is AUROC(AP) - AUROC(PA). \`finding: "mean"\` is the mean over the findings that can be estimated, \`seed: null\` the mean over
seeds. A number that cannot be computed is null, and \`note\` says why. \`metrics.duckdb\` holds the same tables.
[packages/evaluate/README.md](../../packages/evaluate/README.md) says what each table is for.`;

/** docs/reference/metrics-json.md */
export function metricsReference(schema = z.toJSONSchema(metrics) as Schema): string {
  const entries = Object.entries(schema.properties ?? {});
  const tables = entries.filter(([, value]) => value.items?.properties !== undefined);
  const others = entries.filter(([, value]) => value.items?.properties === undefined);
  const rest = { ...schema, properties: Object.fromEntries(others) };
  return `${[
    HEAD,
    '## The file',
    keyTable(keyRows(rest)),
    ...tables.map(([name, { items, description }]) =>
      [
        `## ${name}`,
        ...(description === undefined ? [] : [description]),
        keyTable(keyRows(items ?? {})),
      ].join('\n\n'),
    ),
  ].join('\n\n')}\n`;
}
