import {
  CATALOG_TABLES,
  embeddingsTable,
  PREDICTIONS,
  QUARANTINE,
  RECORDS,
  REGIONS,
  SHARD,
  type TableShape,
} from '@viewgap/artifacts';
import { QUARANTINE_REASONS } from '@viewgap/contracts';

const HEAD = `# Artifacts

<!-- Written by \`npm run docs\` from the shapes of the tables. -->

Columns of the files that stages hand to each other. Every Arrow file carries its schema version and units in its metadata, and
pyarrow, pandas and DuckDB (with the extension nanoarrow) read it. What an artifact is: [architecture](../architecture.md#an-artifact).`;

const TABLES: readonly (readonly [heading: string, shape: TableShape])[] = [
  ['ingest: records.arrow, a row for each image that is used', RECORDS],
  ['ingest: regions.arrow, a row for each region that a reader outlined', REGIONS],
  ['ingest: quarantine.arrow, a row for each input that is not used', QUARANTINE],
  ['ingest: a shard of the store, a row for each image of one view', SHARD],
  ['predict: predictions.arrow, a row for each image and finding', PREDICTIONS],
  ['predict: embeddings, a row for each image', embeddingsTable(2048)],
];

/** docs/reference/artifacts.md */
export function artifactsReference(): string {
  const reasons = Object.entries(QUARANTINE_REASONS).map(([reason, text]) => `| \`${reason}\` | ${text} |`);
  return `${[
    HEAD,
    ...TABLES.map(([heading, shape]) => `## ${heading}\n\n${columnsTable(shape)}`),
    `## Reasons of the quarantine\n\n${['| reason | meaning |', '| --- | --- |', ...reasons].join('\n')}`,
    `## catalog: catalog.duckdb\n\n\`\`\`sql\n${dedented(CATALOG_TABLES)}\n\`\`\``,
  ].join('\n\n')}\n`;
}

function columnsTable({ columns }: TableShape): string {
  const rows = columns.map(({ name, type, nullable, unit = '' }) => {
    return `| \`${name}\` | ${type} | ${nullable ? 'may be null' : ''} | ${unit.replaceAll('|', '\\|')} |`;
  });
  return ['| column | type | | values |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function dedented(sql: string): string {
  return sql.trim().replaceAll(/^ {2}/gm, '');
}
