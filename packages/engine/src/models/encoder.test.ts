import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test as baseTest, describe, expect } from 'vitest';
import { hashedUniform, hashedWeight } from '../../test/hashed-weights.ts';
import { decodeSafetensors, encodeSafetensors } from '../formats/safetensors.ts';
import { defaultCacheDir, prepareEngine, startEngine, tf } from '../index.ts';
import { Parameters } from '../layers/parameters.ts';
import { createEncoder, type Encoder } from './encoder.ts';
import { loadTorchWeights } from './torch-weights.ts';

const options = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(options)).engine === 'native-cpu';
const { tensors: torch } = decodeSafetensors(
  readFileSync(new URL('../../fixtures/torch-features.safetensors', import.meta.url)),
);
const folder = mkdtempSync(join(tmpdir(), 'viewgap-encoder-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What torchvision said of it: values by what they are of. */
function expected(name: string): Map<string, Float32Array> {
  const own = [...torch].filter(([key]) => key.startsWith(`${name}/`));
  return new Map(own.map(([key, { data }]) => [key.slice(name.length + 1), data]));
}

/** The values that the fixture keeps of a result. */
function kept(values: ArrayLike<number>): number[] {
  const step = Math.ceil(values.length / 512) | 1;
  return Array.from({ length: Math.ceil(values.length / step) }, (_, i) => values[i * step] as number);
}

/** Largest difference, as a share of the largest value. */
function difference(actual: ArrayLike<number>, wanted: Float32Array): number {
  const ours = kept(actual);
  expect(ours).toHaveLength(wanted.length);
  const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return (
    ours.reduce((most, value, i) => Math.max(most, Math.abs(value - (wanted[i] as number))), 0) / largest
  );
}

/** A weight or its gradient in PyTorch's layout. */
function torchLayout(tensor: tf.Tensor): ArrayLike<number> {
  return (tensor.rank === 4 ? tf.transpose(tensor, [3, 2, 0, 1]) : tensor).dataSync();
}

/** An encoder with the fixture's weights, loaded from a file that looks like a saved state_dict. */
async function hashedEncoder(name: 'resnet18' | 'resnet50' | 'densenet121') {
  const parameters = new Parameters(0);
  const encoder = createEncoder(name, parameters);
  const weights = new Map(
    [...encoder.weights].map(([key, { shape }]) => {
      const [height, width, from, to] = shape;
      const layout = shape.length === 4 ? [to, from, height, width] : shape;
      return [key, hashedWeight(key, layout as number[])];
    }),
  );
  weights.set('fc.weight', { shape: [1], data: new Float32Array(1) });
  const file = join(folder, `${name}.safetensors`);
  writeFileSync(file, encodeSafetensors(weights));
  expect(await loadTorchWeights(encoder, file)).toEqual(['fc.weight']);
  return { parameters, encoder };
}

function images(): tf.Tensor4D {
  const grey = Float32Array.from(hashedUniform('images', 2 * 65 * 96), (u) => (u - 0.5) * 3);
  return tf.tensor4d(grey, [2, 65, 96, 1]);
}

/** The fixture's scalar loss, and its gradients by the names of the weights. */
function gradients(encoder: Encoder, x: tf.Tensor4D): (name: string) => tf.Tensor {
  const { grads } = tf.variableGrads(() => {
    const features = encoder.apply(x, true);
    const projection = Float32Array.from(hashedUniform('projection', features.size), (u) => u - 0.5);
    return tf.mean(tf.mul(features, tf.tensor(projection, features.shape)));
  });
  return (name) => grads[(encoder.weights.get(name) as tf.Variable).name] as tf.Tensor;
}

describe.for(['native', 'wasm'] as const)('on %s', (prefer) => {
  const test = baseTest.skipIf(prefer === 'native' && !native);

  test.for(['resnet18', 'resnet50', 'densenet121'] as const)("%s is torchvision's", async (name) => {
    await startEngine({ ...options, prefer });
    const wanted = expected(name);
    const { parameters, encoder } = await hashedEncoder(name);
    const x = images();
    const inferred = encoder.apply(x, false);
    expect(difference(inferred.dataSync(), wanted.get('inference') as Float32Array)).toBeLessThan(1e-4);
    const gradient = gradients(encoder, x);
    for (const [key, values] of wanted) {
      const [what, weight] = key.split('/') as [string, string];
      if (what === 'gradient') {
        expect(difference(torchLayout(gradient(weight)), values), key).toBeLessThan(1e-3);
      }
      if (what === 'moved') {
        const moved = encoder.weights.get(weight) as tf.Variable;
        expect(difference(moved.dataSync(), values), key).toBeLessThan(1e-4);
      }
    }
    const trained = encoder.apply(x, true);
    expect(difference(trained.dataSync(), wanted.get('training') as Float32Array)).toBeLessThan(1e-4);
    expect(trained.shape).toEqual([2, name === 'densenet121' ? 2 : 3, 3, encoder.features]);
    parameters.dispose();
  });
});
