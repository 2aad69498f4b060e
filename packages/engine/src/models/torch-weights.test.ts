import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashedWeight } from '../../test/hashed-weights.ts';
import { defaultCacheDir, encodeSafetensors, type NamedTensor, startEngine, tf } from '../index.ts';
import { Parameters } from '../layers/parameters.ts';
import { createEncoder, type Encoder, type EncoderName, type EncoderOptions } from './encoder.ts';
import { IMAGENET, type Normalisation } from './normalisation.ts';
import { loadTorchWeights } from './torch-weights.ts';

const folder = mkdtempSync(join(tmpdir(), 'viewgap-weights-'));
beforeAll(() => startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} }));
afterAll(() => rmSync(folder, { recursive: true }));

const STUDY: Normalisation = { mean: [0.5], deviation: [0.25] };

function make(name: EncoderName, options: EncoderOptions = {}): Encoder {
  return createEncoder(name, new Parameters(0), { widths: [4, 8], ...options });
}

/** The weights that PyTorch would save of this network, for images of `channels` channels. */
function stateDict(encoder: Encoder, channels: number): Map<string, NamedTensor> {
  return new Map(
    [...encoder.weights].map(([name, { shape }], i) => {
      const [height, width, from, to] = shape as [number, number, number, number];
      const torch = shape.length === 4 ? [to, i === 0 ? channels : from, height, width] : shape;
      return [name, hashedWeight(name, torch)];
    }),
  );
}

function save(name: string, tensors: ReadonlyMap<string, NamedTensor>, metadata = {}): string {
  const file = join(folder, name);
  writeFileSync(file, encodeSafetensors(tensors, metadata));
  return file;
}

/** Largest difference, as a share of the largest value. */
function difference(a: tf.Tensor, b: tf.Tensor): number {
  expect(a.shape).toEqual(b.shape);
  return tf.div(tf.max(tf.abs(tf.sub(a, b))), tf.max(tf.abs(b))).dataSync()[0] as number;
}

const grey = () => tf.randomUniform<tf.Rank.R4>([2, 17, 24, 1], 0, 1, 'float32', 5);

const normalised = (images: tf.Tensor4D, { mean, deviation }: Normalisation) =>
  tf.div<tf.Tensor4D>(tf.sub(images, tf.tensor1d([...mean])), tf.tensor1d([...deviation]));

test('weights of colour images give for grey what they give for that grey in all three colours', async () => {
  const colour = make('residual', { channels: 3 });
  const file = save('colour.safetensors', stateDict(colour, 3));
  await loadTorchWeights(colour, file);
  const images = grey();
  const wanted = colour.apply(normalised(tf.tile(images, [1, 1, 1, 3]), IMAGENET), false);

  const folded = make('residual', { offset: true });
  await loadTorchWeights(folded, file, { images: STUDY });
  expect(difference(folded.apply(normalised(images, STUDY), false), wanted)).toBeLessThan(1e-5);

  const summed = make('residual');
  await loadTorchWeights(summed, file);
  const alike = colour.apply(tf.tile(images, [1, 1, 1, 3]), false);
  expect(difference(summed.apply(images, false), alike)).toBeLessThan(1e-5);
  await expect(loadTorchWeights(summed, file, { images: STUDY })).rejects.toThrow(
    'the weights were trained on images of other means: 0.485, 0.456, 0.406 where these have 0.5 (make the encoder with offset: true)',
  );
});

test("weights of torchxrayvision's images, -1024 … 1024, are folded by their scale alone", async () => {
  const one = make('residual');
  const file = save('grey.safetensors', stateDict(one, 1));
  await loadTorchWeights(one, file);
  const images = grey();
  const wanted = one.apply(tf.sub(tf.mul(images, 2048), 1024), false);
  await loadTorchWeights(one, file, { images: STUDY });
  expect(difference(one.apply(normalised(images, STUDY), false), wanted)).toBeLessThan(1e-5);
});

test("the file's own metadata say how its images were normalised", async () => {
  const encoder = make('residual');
  const tensors = stateDict(encoder, 1);
  const own = (text: string) => save('own.safetensors', tensors, { normalisation: text });
  await loadTorchWeights(encoder, own('{"mean": [0.5], "deviation": [0.125]}'), { images: STUDY });
  const kernel = encoder.weights.get('conv1.weight')?.dataSync()[0];
  expect(kernel).toBeCloseTo(2 * (tensors.get('conv1.weight')?.data[0] as number), 6);
  for (const wrong of ['{"mean": [0.5]}', '{"mean": [0.5], "deviation": [1, 1]}', '0.5', 'none']) {
    await expect(loadTorchWeights(encoder, own(wrong))).rejects.toThrow(
      `the normalisation in the metadata of the weights is wrong: ${wrong} (write {"mean": [...], "deviation": [...]}`,
    );
  }
  await expect(loadTorchWeights(encoder, own('{"mean": [0, 0], "deviation": [1, 1]}'))).rejects.toThrow(
    "the weights' normalisation has the wrong number of means: 2 for 1 channel",
  );
});

test('a DenseNet of old names is read as one of new names; classifier and counters are passed over', async () => {
  const encoder = make('densenet121');
  const tensors = stateDict(encoder, 1);
  const old = new Map(
    [...tensors].map(([name, tensor]) => [
      name.replace(/(denselayer\d+\.(?:norm|conv))(\d)/, '$1.$2'),
      tensor,
    ]),
  );
  expect(old.has('features.denseblock1.denselayer1.norm.1.weight')).toBe(true);
  old.set('features.norm0.num_batches_tracked', { shape: [], data: Float32Array.of(5) });
  old.set('classifier.weight', { shape: [18, 1024], data: new Float32Array(18 * 1024) });
  old.set('op_threshs', { shape: [18], data: new Float32Array(18) });
  const passedOver = await loadTorchWeights(encoder, save('old.safetensors', old));
  expect(passedOver.sort()).toEqual([
    'classifier.weight',
    'features.norm0.num_batches_tracked',
    'op_threshs',
  ]);
  const name = 'features.denseblock1.denselayer1.norm1.weight';
  expect(encoder.weights.get(name)?.dataSync()).toEqual(tensors.get(name)?.data);
});

test('all that does not fit is said at once', async () => {
  const encoder = make('residual');
  const tensors = stateDict(encoder, 1);
  tensors.delete('bn1.bias');
  tensors.set('bn1.weight', { shape: [2], data: new Float32Array(2) });
  for (let i = 0; i < 7; i += 1) tensors.set(`layer9.${i}`, { shape: [], data: new Float32Array(1) });
  const file = save('wrong.safetensors', tensors);
  await expect(loadTorchWeights(encoder, file)).rejects.toThrow(
    `these weights do not fit the encoder: ${file}: missing: bn1.bias; unexpected: layer9.0, layer9.1, layer9.2, layer9.3, layer9.4 and 2 more; of another shape: bn1.weight [2] for [4] (name the encoder that they were trained in)`,
  );
});

test('a file that is not there, or none of safetensors, is an error with the cure', async () => {
  const encoder = make('residual');
  await expect(loadTorchWeights(encoder, join(folder, 'none'))).rejects.toThrow(
    /^the weights cannot be read: .*none \(ENOENT: name a safetensors file\)/,
  );
  const file = join(folder, 'text');
  writeFileSync(file, 'not weights');
  await expect(loadTorchWeights(encoder, file)).rejects.toThrow(/^not a whole safetensors file/);
});
