import { readFileSync } from 'node:fs';
import { test as baseTest, beforeEach, describe, expect } from 'vitest';
import { applyAdam, capture, defaultCacheDir, prepareEngine, startEngine, tf } from '../../index.ts';

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine.startsWith('native');

interface Weights {
  readonly matrix: number[];
  readonly vector: number[];
}

/** By PyTorch: fixtures/make_adamw.py. */
const expected = JSON.parse(
  readFileSync(new URL('../../../fixtures/adamw.json', import.meta.url), 'utf8'),
) as {
  start: { matrix: number[][]; vector: number[] };
  rates: number[];
  betas: [number, number];
  decay: number;
  adam: Weights;
  adamw: Weights;
};

const gradient = (size: number, step: number) =>
  Float32Array.from({ length: size }, (_, i) => Math.sin((i + 1) * (step + 1)) * 10 ** (step - 2));

describe.for(['native', 'wasm'] as const)('applyAdam on %s', (prefer) => {
  const test = baseTest.skipIf(prefer === 'native' && !native);

  beforeEach(async () => {
    if (prefer === 'wasm' || native) await startEngine({ ...engine, prefer });
  });

  test.for(['adam', 'adamw'] as const)(
    'is %s as PyTorch computes it, where vectors do not decay',
    async (kind) => {
      const matrix = tf.variable(tf.tensor2d(expected.start.matrix));
      const vector = tf.variable(tf.tensor1d(expected.start.vector));
      const [beta1, beta2] = expected.betas;
      const step = capture(
        (forMatrix, forVector, rate) => {
          const grads = { [matrix.name]: forMatrix as tf.Tensor, [vector.name]: forVector as tf.Tensor };
          const weightDecay = kind === 'adamw' ? expected.decay : 0;
          applyAdam(grads, rate as tf.Scalar, { beta1, beta2, epsilon: 1e-30, weightDecay });
          return { matrix: tf.mul(matrix, 1), vector: tf.mul(vector, 1) };
        },
        { inputs: [{ shape: [2, 2] }, { shape: [2] }, { shape: [] }], variables: { matrix, vector } },
      );
      for (const [i, rate] of expected.rates.entries()) {
        await step.run(gradient(4, i), gradient(2, i), Float32Array.of(rate));
      }
      const state = await step.read();
      for (const name of ['matrix', 'vector'] as const) {
        state.get(name)?.data.forEach((value, i) => {
          expect(value, `${name}[${i}]`).toBeCloseTo(expected[kind][name][i] as number, 5);
        });
      }
      expect(state.get('adam/beta1_power')?.data[0]).toBeCloseTo(beta1 ** (expected.rates.length + 1), 6);
      step.dispose();
      tf.dispose([matrix, vector]);
    },
  );

  test('the rest of the step sees what it changed, and may change it again', async () => {
    const w = tf.variable(tf.tensor1d([1, -1]));
    const step = capture(
      (x) => {
        const before = tf.mul(w, 1);
        applyAdam({ [w.name]: x as tf.Tensor }, 0.1);
        const after = tf.mul(w, 1);
        w.assign(tf.mul(w, 2));
        return { before, after, w };
      },
      { inputs: [{ shape: [2] }], variables: { w } },
    );
    const { before, after, w: doubled } = await step.run(Float32Array.of(3, -3));
    expect([...before.data]).toEqual([1, -1]);
    // Adam's first step is the learning rate, against the gradient's sign.
    expect(after.data[0]).toBeCloseTo(0.9, 5);
    expect(after.data[1]).toBeCloseTo(-0.9, 5);
    expect([...doubled.data]).toEqual([...after.data].map((value) => 2 * value));
    expect((await step.read()).get('w')?.data).toEqual(doubled.data);
    step.dispose();
    w.dispose();
  });

  test('epsilon is added to the root of the uncorrected second moment', async () => {
    const w = tf.variable(tf.scalar(1));
    const step = capture(
      (x) => {
        applyAdam({ [w.name]: x as tf.Scalar }, 0.1, { epsilon: 0.5 });
        return x as tf.Tensor;
      },
      { inputs: [{ shape: [] }], variables: { w } },
    );
    await step.run(Float32Array.of(2));
    // m = 0.2, v = 0.004; the rate is 0.1 sqrt(0.001) / 0.1.
    const moved = (Math.sqrt(0.001) * 0.2) / (Math.sqrt(0.004) + 0.5);
    expect((await step.read()).get('w')?.data[0]).toBeCloseTo(1 - moved, 6);
    step.dispose();
    w.dispose();
  });
});
