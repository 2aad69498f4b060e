import { beforeAll, describe, expect, test } from 'vitest';
import { defaultCacheDir, prepareEngine, startEngine, tf } from '../index.ts';
import { conv2d } from '../kernels/conv2d.ts';

const options = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(options)).engine === 'native-cpu';

const MARGIN: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [1, 1],
  [1, 1],
  [0, 0],
];
const SIDES: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [2, 1],
  [0, 2],
  [0, 0],
];

type Op = (x: tf.Tensor4D, weights: tf.Tensor4D) => tf.Tensor;

/** What the models are made of, each a function of an image and a filter. */
const OPS: Readonly<Record<string, Op>> = {
  'convolution with padding in numbers': (x, w) => conv2d(x, w, { padding: 1 }),
  'strided convolution with padding in numbers': (x, w) => conv2d(x, w, { stride: 2, padding: 1 }),
  'convolution with a padding for each side': (x, w) =>
    // tfjs has gradients of this on WASM alone; TensorFlow's answer is that of the padded image.
    tf.getBackend() === 'wasm' ? tf.conv2d(x, w, 2, SIDES) : tf.conv2d(tf.pad(x, SIDES), w, 2, 'valid'),
  'maximum of windows that overlap': (x) => tf.maxPool(tf.pad(x, MARGIN), 3, 2, 'valid'),
  'maximum, same padding': (x) => tf.maxPool(x, 3, 2, 'same'),
  'mean of windows': (x) => tf.avgPool(x, 2, 2, 'valid'),
  'mean of windows that overlap, same padding': (x) => tf.avgPool(x, 3, 2, 'same'),
  concatenation: (x, w) => tf.concat([x, tf.conv2d(x, w, 1, 'same'), x], 3),
  'nearest neighbour': (x) => tf.image.resizeNearestNeighbor(x, [14, 18]),
  bilinear: (x) => tf.image.resizeBilinear(x, [14, 18]),
  padding: (x) => tf.pad(x, MARGIN, 2),
  rectifier: (x) => tf.relu(x),
  'sum with a broadcast': (x, w) => tf.add(x, tf.mean(w, [0, 1, 2])),
  mean: (x) => tf.mean(x, [1, 2]),
  crop: (x) => tf.slice(x, [0, 1, 2, 0], [2, 5, 6, 3]),
  'matrix product': (x, w) => tf.matMul(tf.reshape(x, [126, 3]), tf.reshape(w, [3, 27])),
  'cross-entropy': (x) => tf.losses.sigmoidCrossEntropy(tf.onesLike(x), x),
};

interface Numbers {
  readonly value: readonly number[];
  readonly gradients: readonly (readonly number[])[];
}

/** The value of an op, and the gradients of a weighted sum of it. */
function evaluate(op: Op): Numbers {
  return tf.tidy(() => {
    const x = tf.randomNormal<tf.Rank.R4>([2, 7, 9, 3], 0, 1, 'float32', 1);
    const weights = tf.randomNormal<tf.Rank.R4>([3, 3, 3, 3], 0, 1, 'float32', 2);
    const value = op(x, weights);
    const share = tf.randomNormal(value.shape, 0, 1, 'float32', 3);
    // Both take part, so that both have a gradient, whatever the op uses.
    const loss = (a: tf.Tensor, b: tf.Tensor) =>
      tf.add(
        tf.sum(tf.mul(op(a as tf.Tensor4D, b as tf.Tensor4D), share)),
        tf.add(tf.sum(a), tf.sum(b)),
      ) as tf.Scalar;
    const gradients = tf.grads(loss)([x, weights]);
    return { value: [...value.dataSync()], gradients: gradients.map((one) => [...one.dataSync()]) };
  });
}

function expectNear(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  const difference = Math.max(...actual.map((value, i) => Math.abs(value - (expected[i] as number))));
  expect(difference).toBeLessThan(1e-4);
}

describe.skipIf(!native)('on WASM, with the value and the gradients that it has on TensorFlow:', () => {
  const expected = new Map<string, Numbers>();
  beforeAll(async () => {
    await startEngine({ ...options, prefer: 'native' });
    for (const [name, op] of Object.entries(OPS)) expected.set(name, evaluate(op));
    await startEngine({ ...options, prefer: 'wasm' });
  });

  test.each(Object.entries(OPS))('%s', (name, op) => {
    const { value, gradients } = evaluate(op);
    expectNear(value, expected.get(name)?.value ?? []);
    gradients.forEach((gradient, i) => {
      expectNear(gradient, expected.get(name)?.gradients[i] ?? []);
    });
  });
});
