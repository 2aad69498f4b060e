import { test as baseTest, describe, expect } from 'vitest';
import { type BatchNormState, batchNorm, defaultCacheDir, prepareEngine, startEngine, tf } from '../index.ts';

const options = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(options)).engine === 'native-cpu';

function newState(gamma: number[], beta: number[]): BatchNormState {
  return {
    gamma: tf.variable(tf.tensor1d(gamma)),
    beta: tf.variable(tf.tensor1d(beta)),
    mean: tf.variable(tf.zeros<tf.Rank.R1>([gamma.length]), false),
    variance: tf.variable(tf.ones<tf.Rank.R1>([gamma.length]), false),
  };
}

const images = () =>
  tf.add(tf.mul(tf.randomNormal<tf.Rank.R4>([4, 5, 6, 3], 0, 1, 'float32', 7), 3), 10) as tf.Tensor4D;
const numbers = (tensor: tf.Tensor) => [...tensor.dataSync()];

function expectNear(actual: tf.Tensor, expected: tf.Tensor, tolerance: number): void {
  expect(actual.shape).toEqual(expected.shape);
  const difference = tf.max(tf.abs(tf.sub(actual, expected))).dataSync()[0] as number;
  expect(difference).toBeLessThan(tolerance);
}

describe.for(['native', 'wasm'] as const)('batch normalisation on %s', (prefer) => {
  const test = baseTest.skipIf(prefer === 'native' && !native);

  test('has the value and the gradients that TensorFlow.js derives from the definition', async () => {
    await startEngine({ ...options, prefer });
    const x = images();
    const gamma = tf.tensor1d([1, 0.5, -2]);
    const beta = tf.tensor1d([0, 1, 3]);
    const weights = tf.randomNormal(x.shape, 0, 1, 'float32', 8);
    const state = newState([1, 1, 1], [0, 0, 0]);
    const ours = (a: tf.Tensor, g: tf.Tensor, b: tf.Tensor) =>
      batchNorm(a as tf.Tensor4D, { ...state, gamma: g as tf.Tensor1D, beta: b as tf.Tensor1D }, true, {
        epsilon: 1e-2,
      });
    const definition = (a: tf.Tensor, g: tf.Tensor, b: tf.Tensor) => {
      const { mean, variance } = tf.moments(a, [0, 1, 2]);
      return tf.add(tf.mul(tf.div(tf.sub(a, mean), tf.sqrt(tf.add(variance, 1e-2))), g), b);
    };
    expectNear(ours(x, gamma, beta), definition(x, gamma, beta), 1e-5);
    const loss = (f: typeof ours) => (a: tf.Tensor, g: tf.Tensor, b: tf.Tensor) =>
      tf.sum(tf.mul(f(a, g, b), weights));
    const expected = tf.grads(loss(definition as typeof ours))([x, gamma, beta]);
    tf.grads(loss(ours))([x, gamma, beta]).forEach((gradient, i) => {
      expectNear(gradient, expected[i] as tf.Tensor, 1e-4);
    });
  });

  test('training moves the statistics, by the unbiased variance; inference uses them and moves nothing', async () => {
    await startEngine({ ...options, prefer });
    const state = newState([1], [0]);
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    batchNorm(x, state, true, { momentum: 0.9 });
    expect(numbers(state.mean)[0]).toBeCloseTo(0.25, 6);
    // 0.9 * 1 + 0.1 * 5/3: the squared deviations 5, divided by 3.
    expect(numbers(state.variance)[0]).toBeCloseTo(0.9 + 0.5 / 3, 6);
    const before = [...numbers(state.mean), ...numbers(state.variance)];
    const y = batchNorm(x, state, false, { epsilon: 0 });
    expect([...numbers(state.mean), ...numbers(state.variance)]).toEqual(before);
    const slope = 1 / Math.sqrt(0.9 + 0.5 / 3);
    numbers(y).forEach((value, i) => {
      expect(value).toBeCloseTo((i + 1 - 0.25) * slope, 5);
    });
  });

  test('inside variableGrads it trains gamma and beta, moves the statistics, and leaves no tensor behind', async () => {
    await startEngine({ ...options, prefer });
    const state = newState([1, 1, 1], [0, 0, 0]);
    const x = images();
    const step = () => {
      const { value, grads } = tf.variableGrads(
        () => tf.mean(tf.square(tf.sub(batchNorm(x, state, true), 1))) as tf.Scalar,
      );
      const names = Object.keys(grads);
      tf.dispose([value, grads]);
      return names;
    };
    const variables = [state.gamma, state.beta].map((variable) => (variable as tf.Variable).name);
    expect(step().sort()).toEqual(variables.sort());
    const tensors = tf.memory().numTensors;
    const mean = numbers(state.mean);
    step();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(numbers(state.mean)).not.toEqual(mean);
  });

  test('with frozen statistics x, gamma and beta still have gradients', async () => {
    await startEngine({ ...options, prefer });
    const state = newState([2, 2, 2], [1, 1, 1]);
    const gradient = tf.grad((x) => tf.sum(batchNorm(x as tf.Tensor4D, state, false, { epsilon: 0 })))(
      images(),
    );
    expectNear(gradient, tf.fill(gradient.shape, 2), 1e-6);
  });
});
