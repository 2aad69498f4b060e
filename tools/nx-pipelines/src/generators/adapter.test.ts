import { createTree } from 'nx/src/devkit-testing-exports';
import { expect, test } from 'vitest';
import { adapterGenerator } from './adapter.mjs';

const NAMES = 'packages/contracts/src/config/layout-names.ts';
const SAMPLES = 'packages/ingest/test/sample-tables.ts';

const LABELS = 'packages/contracts/src/study/layout-labels.ts';
const FINDINGS = 'packages/contracts/src/config/findings-config.ts';

function treeWith(names: string) {
  const tree = createTree();
  tree.write(LABELS, '} as const satisfies Readonly<Record<string, readonly string[]>>;\n');
  tree.write(FINDINGS, "    'siim-pneumothorax': ['Pneumothorax'],\n");
  tree.write(NAMES, names);
  tree.write(SAMPLES, 'export const SAMPLES: Readonly<Record<string, SampleTables>> = {\n};\n');
  return tree;
}

test('a new adapter is its file and its test, a name, labels and a sample', async () => {
  const tree = treeWith("export const LAYOUT_NAMES = [\n  'chexpert',\n] as const;\n");
  await adapterGenerator(tree, { name: 'shenzhen-tb' });
  const changed = tree.listChanges().map(({ path }) => path);
  expect(changed.filter((path) => path.includes('adapters'))).toEqual([
    'packages/ingest/src/adapters/shenzhen-tb.ts',
    'packages/ingest/src/adapters/shenzhen-tb.test.ts',
  ]);
  const [code] = changed.filter((path) => path.endsWith('shenzhen-tb.ts'));
  expect(tree.read(code ?? '', 'utf8')).toContain('export default function shenzhenTb(): Adapter {');
  expect(tree.read(code ?? '', 'utf8')).not.toContain('__');
  expect(tree.read(NAMES, 'utf8')).toBe(
    "export const LAYOUT_NAMES = [\n  'chexpert',\n  'shenzhen-tb',\n] as const;\n",
  );
  expect(tree.read(LABELS, 'utf8')).toContain("  'shenzhen-tb': ['Pneumothorax'],\n} as const");
  expect(tree.read(FINDINGS, 'utf8')).toContain("    'shenzhen-tb': ['Pneumothorax'],\n");
  expect(tree.read(SAMPLES, 'utf8')).toContain("'shenzhen-tb': sample({ adapter: 'shenzhen-tb' }");
});

test('an adapter of that name is not written over', async () => {
  const tree = treeWith('] as const;\n');
  tree.write('packages/ingest/src/adapters/chexpert.ts', '');
  await expect(adapterGenerator(tree, { name: 'chexpert' })).rejects.toThrow(
    'packages/ingest/src/adapters/chexpert.ts is there already: choose another name',
  );
});

test('where adapters are named elsewhere, it says which line it looked for', async () => {
  await expect(adapterGenerator(treeWith('[]'), { name: 'new' })).rejects.toThrow(
    `${NAMES} has no line "] as const;"`,
  );
});
