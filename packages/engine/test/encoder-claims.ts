import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { applyAdam } from '../src/capture/record/adam.ts';
import { decodeSafetensors, encodeSafetensors } from '../src/formats/safetensors.ts';
import {
  capture,
  createDecoder,
  createEncoder,
  defaultCacheDir,
  type EncoderName,
  globalMean,
  Parameters,
  startEngine,
  tf,
} from '../src/index.ts';
import type { Encoder } from '../src/models/encoder.ts';
import { loadTorchWeights } from '../src/models/torch-weights.ts';
import { hashedUniform, hashedWeight } from './hashed-weights.ts';

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const images: [number, number, number, number] = [2, 64, 64, 1];

/** An encoder with a decoder trains and infers in bfloat16 as it does in float32, but for rounding. */
export async function expectBfloat16(name: EncoderName): Promise<void> {
  await startEngine({ ...engine, prefer: 'native' });
  const parameters = new Parameters(1);
  const encoder = createEncoder(name, parameters, { offset: true });
  const decoder = createDecoder(parameters, encoder, 64);
  const variables = Object.fromEntries(parameters.all());
  const outputs = (x: tf.Tensor, training: boolean) => {
    const images = tf.sub(tf.div(x as tf.Tensor4D, 128), 1) as tf.Tensor4D;
    const features = encoder.apply(images, training);
    return { pooled: globalMean(features), image: decoder.apply(features, training) };
  };
  const inputs = [{ shape: [8, 64, 64, 1], dtype: 'uint8' as const }];
  const loss = (x: tf.Tensor) => {
    const { pooled, image } = outputs(x, true);
    return tf.add(tf.mean(tf.square(pooled)), tf.mean(tf.square(image))) as tf.Scalar;
  };
  const exact = capture((x) => loss(x as tf.Tensor), { inputs, variables });
  const train = capture(
    (x) => {
      const { value, grads } = tf.variableGrads(() => loss(x as tf.Tensor), parameters.trainable());
      applyAdam(grads, 1e-4);
      return value as tf.Tensor;
    },
    { inputs, variables, precision: 'bfloat16' },
  );
  const infer = capture((x) => outputs(x as tf.Tensor, false), {
    inputs,
    variables,
    precision: 'bfloat16',
    sharing: train,
  });
  const noise = Uint8Array.from({ length: 8 * 64 * 64 }, (_, i) => (i * i * 31) % 251);
  const [half, full] = [await train.run(noise), await exact.run(noise)];
  expect((half.data[0] as number) / (full.data[0] as number)).toBeCloseTo(1, 1);
  expect((await train.run(noise)).data[0]).not.toBe(half.data[0]);
  const { pooled, image } = await infer.run(noise);
  expect(pooled.data).toBeInstanceOf(Float32Array);
  expect(image.shape).toEqual([8, 64, 64, 1]);
  expect([...pooled.data, ...image.data].every(Number.isFinite)).toBe(true);
  infer.dispose();
  train.dispose();
  exact.dispose();
  parameters.dispose();
}

/** An encoder whose moving statistics, scales and offsets are not those that it starts with. */
export function usedEncoder(name: EncoderName) {
  const parameters = new Parameters(0);
  const encoder = createEncoder(name, parameters);
  for (const [key, variable] of parameters.all()) {
    if (variable.rank !== 1) continue;
    const values = Float32Array.from(hashedUniform(key, variable.size), (u) => 0.5 + u);
    variable.assign(tf.tensor(values, variable.shape));
  }
  const step = (x: tf.Tensor | undefined) => encoder.apply(x as tf.Tensor4D, false);
  return {
    parameters,
    step,
    options: { inputs: [{ shape: images }], variables: Object.fromEntries(parameters.all()) },
  };
}

export function batch(name: string): Float32Array {
  return Float32Array.from(
    hashedUniform(
      name,
      images.reduce((product, n) => product * n, 1),
    ),
  );
}

export function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] as number))), 0);
}

/** A captured inference of an encoder computes what the eager one does. */
export async function expectEagerInference(name: EncoderName): Promise<void> {
  await startEngine(engine);
  const { parameters, step, options } = usedEncoder(name);
  const x = batch('x');
  const eager = tf.tidy(() => step(tf.tensor(x, images)).dataSync<'float32'>().slice());
  const scale = largestDifference(eager, new Float32Array(eager.length));
  for (const [precision, bound] of [
    ['float32', 1e-5],
    ['bfloat16', 0.05],
  ] as const) {
    const captured = capture(step, { ...options, precision });
    const { data } = await captured.run(x);
    expect(largestDifference(data as Float32Array, eager) / scale, precision).toBeLessThan(bound);
    captured.dispose();
  }
  parameters.dispose();
}

const { tensors: torch } = decodeSafetensors(
  readFileSync(new URL('../fixtures/torch-features.safetensors', import.meta.url)),
);

/** Torchvision's values for this encoder, by the name of the result. */
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
async function hashedEncoder(name: TorchvisionName) {
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
  const folder = mkdtempSync(join(tmpdir(), 'viewgap-encoder-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, `${name}.safetensors`);
  writeFileSync(file, encodeSafetensors(weights));
  expect(await loadTorchWeights(encoder, file)).toEqual(['fc.weight']);
  return { parameters, encoder };
}

function greyImages(): tf.Tensor4D {
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

export type TorchvisionName = 'resnet18' | 'resnet50' | 'densenet121';

/** An encoder with torchvision's weights has torchvision's activations, gradients and moving statistics. */
export async function expectTorchvision(name: TorchvisionName, prefer: 'native' | 'wasm'): Promise<void> {
  await startEngine({ ...engine, prefer });
  const wanted = expected(name);
  const { parameters, encoder } = await hashedEncoder(name);
  const x = greyImages();
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
}
