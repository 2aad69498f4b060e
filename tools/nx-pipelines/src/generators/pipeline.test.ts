import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPipeline } from '@viewgap/contracts';
import { createTree } from 'nx/src/devkit-testing-exports';
import { expect, test } from 'vitest';
import { pipelineGenerator } from './pipeline.mjs';

const OPTIONS = { name: 'study', adapter: 'chexpert', source: 'stanford', root: '$CHEXPERT' };

test('a new pipeline is one that the command accepts', async () => {
  const tree = createTree();
  await pipelineGenerator(tree, OPTIONS);
  const folder = mkdtempSync(join(tmpdir(), 'study-'));
  try {
    writeFileSync(join(folder, 'pipeline.json'), tree.read('pipelines/study/pipeline.json', 'utf8') ?? '');
    const { config } = await readPipeline(folder);
    expect(config.sources).toMatchObject({ stanford: { adapter: 'chexpert', root: '$CHEXPERT' } });
    expect(Object.keys(config.train.models)).toEqual(['model1', 'model2']);
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(tree.read('pipelines/study/README.md', 'utf8')).toContain('npx nx run study:pipeline');
});

test('it lies where the options of the plugin say, and names the schema there', async () => {
  const tree = createTree();
  const plugins = [{ plugin: '@viewgap/nx-pipelines', options: { pipelines: 'studies' } }];
  tree.write('nx.json', JSON.stringify({ plugins }));
  await pipelineGenerator(tree, OPTIONS);
  const { $schema } = JSON.parse(tree.read('studies/study/pipeline.json', 'utf8') ?? '');
  expect($schema).toBe('../pipeline.schema.json');
});

test('an existing pipeline of that name is not overwritten', async () => {
  const tree = createTree();
  tree.write('pipelines/study/pipeline.json', '{}');
  await expect(pipelineGenerator(tree, OPTIONS)).rejects.toThrow(
    'pipelines/study is there already: choose another name',
  );
  expect(tree.read('pipelines/study/pipeline.json', 'utf8')).toBe('{}');
});

test('its options say what they are, and none is asked for', () => {
  const schema = readFileSync(new URL('./pipeline.schema.json', import.meta.url), 'utf8');
  const { properties } = JSON.parse(schema) as { properties: Record<string, { description: string }> };
  expect(Object.keys(properties)).toEqual(Object.keys(OPTIONS));
  for (const { description } of Object.values(properties)) expect(description).toMatch(/\w/);
  expect(schema).not.toContain('x-prompt');
});
