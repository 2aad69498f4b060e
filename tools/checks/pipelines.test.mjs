import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipelineJsonSchema, readPipeline } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { ROOT } from './workspace-copy.mjs';

const PIPELINES = join(ROOT, 'pipelines');

test('pipelines/pipeline.schema.json is what nx sync writes', async () => {
  const written = await readFile(join(PIPELINES, 'pipeline.schema.json'), 'utf8');
  expect(written).toBe(`${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`);
});

const names = (await readdir(PIPELINES)).filter((name) => existsSync(join(PIPELINES, name, 'pipeline.json')));

describe.each(names)('the pipeline %s', (name) => {
  test('is valid', async () => {
    expect(await readPipeline(join(PIPELINES, name))).toMatchObject({ name });
  });

  test('names that schema, for editors', async () => {
    const path = join(PIPELINES, name, 'pipeline.json');
    const { $schema } = JSON.parse(await readFile(path, 'utf8'));
    expect(resolve(dirname(path), $schema)).toBe(join(PIPELINES, 'pipeline.schema.json'));
  });
});
