import { readFileSync } from 'node:fs';

/** @typedef {import('nx/src/devkit-exports').Tree} Tree */

const FOLDER = 'packages/ingest/src/adapters';

/** Where an adapter is named besides in its own file: its line goes before or after the line given here. */
const NAMES = { file: 'packages/contracts/src/config/layout-names.ts', end: '] as const;\n' };
const SAMPLES = {
  file: 'packages/ingest/test/sample-tables.ts',
  start: 'export const SAMPLES: Readonly<Record<string, SampleTables>> = {\n',
};

/**
 * Writes an adapter that reads a plain table, with its test, and names it where adapters are named.
 * @param {Tree} tree
 * @param {{ name: string }} options as adapter.schema.json has them
 * @throws where there is an adapter of that name
 */
export async function adapterGenerator(tree, { name }) {
  const file = `${FOLDER}/${name}.ts`;
  if (tree.exists(file)) throw new Error(`${file} is there already: choose another name`);
  tree.write(file, filled('adapter.template', name));
  tree.write(`${FOLDER}/${name}.test.ts`, filled('adapter-test.template', name));
  insert(tree, NAMES.file, NAMES.end, (end) => `  '${name}',\n${end}`);
  insert(tree, SAMPLES.file, SAMPLES.start, (start) => `${start}${sampleOf(name)}`);
}

/** @type {(name: string) => string} */
function sampleOf(name) {
  return `  '${name}': sample({ adapter: '${name}' }, 'film1', {
    'labels.csv': 'image,patient,view,pneumothorax\\nfilm1,p1,PA,1\\nfilm2,p2,AP,0\\n',
  }),
`;
}

/** @type {(template: string, name: string) => string} */
function filled(template, name) {
  const camelName = name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
  return readFileSync(new URL(template, import.meta.url), 'utf8')
    .replaceAll('__camelName__', camelName)
    .replaceAll('__name__', name);
}

/** @type {(tree: Tree, file: string, marker: string, replace: (marker: string) => string) => void} */
function insert(tree, file, marker, replace) {
  const text = tree.read(file, 'utf8') ?? '';
  if (!text.includes(marker)) throw new Error(`${file} has no line ${JSON.stringify(marker.trim())}`);
  tree.write(file, text.replace(marker, replace));
}
