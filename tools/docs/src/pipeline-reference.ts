import { pipelineJsonSchema } from '@viewgap/contracts';
import { type KeyRow, keyRows, keyTable, type Schema } from './schema-table.ts';

const HEAD = `# pipeline.json

<!-- Written by \`npm run docs\` from the schema in packages/contracts/src/config. -->

A pipeline is a folder with a pipeline.json. An editor that knows JSON Schema completes one from
\`pipelines/pipeline.schema.json\`. A key that is left out has its default. All mistakes in a file are reported at once.`;

/** What stands under a section's heading. */
const NOTES: Readonly<Record<string, string>> = {
  findings:
    'What the study is of, by code, in the order of all tables: [choose the findings](../how-to/add-a-finding.md). Without it the five of the RSNA 2025 abstract.',
  train: '`common` holds for all models; an entry of `models` has what is its own.',
};

/** docs/reference/pipeline-json.md */
export function pipelineReference(schema = pipelineJsonSchema() as Schema): string {
  const { sources, ...sections } = schema.properties ?? {};
  const entries = Object.entries(sections).filter(([name]) => name !== '$schema');
  return `${[
    HEAD,
    sourcesSection(sources),
    ...Object.entries(schema.$defs ?? {}).map(([name, value]) =>
      section(`sources.<name>.${name}`, keyRows(value, name)),
    ),
    ...entries.map(([name, value]) => section(name, keyRows(value, name), NOTES[name])),
  ].join('\n\n')}\n`;
}

function section(name: string, rows: readonly KeyRow[], note?: string): string {
  return [`## ${name}`, ...(note === undefined ? [] : [note]), keyTable(rows)].join('\n\n');
}

/** Keys that every adapter has, once, then those of each. */
function sourcesSection(sources: Schema | undefined): string {
  const value = sources?.additionalProperties;
  const adapters = (typeof value === 'object' ? value.oneOf : undefined) ?? [];
  const rows = adapters.map((adapter) => keyRows(adapter).filter(({ path }) => path !== 'adapter'));
  const texts = rows.map((of) => new Set(of.map((row) => JSON.stringify(row))));
  const isCommon = (row: KeyRow) => texts.every((of) => of.has(JSON.stringify(row)));
  const [first = []] = rows;
  const own = adapters.map((adapter, i) => {
    const rest = rows[i]?.filter((row) => !isCommon(row)) ?? [];
    const name = `### ${String(adapter.properties?.adapter?.const)}`;
    const table = rest.length === 0 ? 'No keys of its own.' : keyTable(rest);
    return [name, table].join('\n\n');
  });
  return [
    '## sources',
    'An entry for each source, by its name: lowercase letters, digits and hyphens. `adapter` names its layout. Every source has:',
    keyTable(first.filter(isCommon)),
    ...own,
  ].join('\n\n');
}
