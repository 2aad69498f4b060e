import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPipeline } from '@viewgap/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readContenders } from './contenders.ts';

const SAMPLE = fileURLToPath(new URL('../../pipelines/nih-sample', import.meta.url));
const SCRATCH = fileURLToPath(new URL('./from-scratch.json', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewgap-contenders-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test("the sample's models start from ImageNet, that of from-scratch.json at random", async () => {
  const found = await readContenders(await readPipeline(SAMPLE), [SCRATCH]);
  expect(found.map(({ name, common }) => [name, common.encoder.name, common.encoder.weights])).toEqual([
    ['model1', 'resnet50-v1', 'imagenet'],
    ['model2', 'resnet50-v1', 'imagenet'],
    ['scratch', 'residual', null],
  ]);
  expect(found.map(({ weightsFolder }) => weightsFolder)).toEqual([SAMPLE, SAMPLE, join(SCRATCH, '..')]);
});

test.each(['model1', 'age-sex-view'])('a second %s is refused', async (name) => {
  const file = join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify({ train: { models: { [name]: {} } } }));
  await expect(readContenders(await readPipeline(SAMPLE), [file])).rejects.toThrow(
    `two models have the same name: ${name} (give it another in the file of --against)`,
  );
});
