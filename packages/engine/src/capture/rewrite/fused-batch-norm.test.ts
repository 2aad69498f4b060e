import { describe, expect, test } from 'vitest';
import { hashedUniform } from '../../../test/hashed-weights.ts';
import { nativeGraph } from '../../backends/native-engine.ts';
import {
  batchNorm,
  capture,
  createEncoder,
  defaultCacheDir,
  type EncoderName,
  Parameters,
  prepareEngine,
  relu,
  startEngine,
  tf,
} from '../../index.ts';
import type { GraphAddon } from '../../native/native-graph.ts';
import { recordStep } from '../record/recording.ts';
import type { Values } from '../record/step.ts';
import { captureEager } from '../run/eager-step.ts';
import { fusedBatchNorms } from './fused-batch-norm.ts';
import { withoutIdleReshapes } from './without-idle-reshapes.ts';

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine === 'native-cpu';
const images: [number, number, number, number] = [4, 64, 64, 1];

/** A training step that gives a loss and all gradients, and moves the statistics. */
function gradientStep(name: EncoderName) {
  const parameters = new Parameters(0);
  const encoder = createEncoder(name, parameters);
  const trained = new Map([...parameters.all()].filter(([, { trainable }]) => trainable));
  const names = new Map([...trained].map(([key, variable]) => [variable.name, key]));
  const step = (x: tf.Tensor | undefined) => {
    const { value, grads } = tf.variableGrads(
      () => tf.mean(tf.square(encoder.apply(x as tf.Tensor4D, true))) as tf.Scalar,
      [...trained.values()],
    );
    const named = Object.entries(grads).map(([key, grad]) => [names.get(key) as string, grad] as const);
    return { loss: value, ...Object.fromEntries(named) };
  };
  return {
    parameters,
    step,
    options: { inputs: [{ shape: images }], variables: Object.fromEntries(parameters.all()) },
  };
}

const batch = Float32Array.from(
  hashedUniform(
    'x',
    images.reduce((product, n) => product * n, 1),
  ),
);

function largest(data: ArrayLike<number>): number {
  return Array.from(data).reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}

/** The largest difference of two gradients, of all that are not zero but for rounding: its norm over the gradient's. */
function worst(ours: Values<Record<string, tf.Tensor>>, theirs: Values<Record<string, tf.Tensor>>): number {
  const norm = (data: ArrayLike<number>) =>
    Math.sqrt(Array.from(data).reduce((sum, value) => sum + value * value, 0));
  const norms = Object.values(theirs).map(({ data }) => norm(data));
  const floor = 1e-4 * Math.max(...norms);
  return Object.entries(theirs).reduce((max, [key, { data }], i) => {
    const other = ours[key]?.data as ArrayLike<number>;
    const differences = Array.from(data, (value, at) => value - (other[at] as number));
    return Math.max(max, norm(differences) / Math.max(norms[i] as number, floor));
  }, 0);
}

describe.skipIf(!native)('batch normalisation joined with what follows it', () => {
  test.for<EncoderName>(['residual', 'resnet18', 'densenet121'])(
    'in %s has the loss, the gradients and the moved statistics of the eager step',
    async (name) => {
      await startEngine(engine);
      const { parameters, step, options } = gradientStep(name);
      const eager = captureEager(step, options);
      const captured = capture(step, options);
      const theirs = await eager.run(batch);
      const ours = await captured.run(batch);
      expect(ours.loss?.data[0]).toBeCloseTo(theirs.loss?.data[0] as number, 5);
      // A value that rounds to the other side of a ReLU moves all gradients before it; the deepest network has 0.003.
      expect(worst(ours, theirs)).toBeLessThan(0.01);
      const [before, after] = [await eager.read(), await captured.read()];
      for (const [key, { data }] of before) {
        const moved = after.get(key)?.data as Float32Array;
        expect(largest(data.map((value, i) => value - (moved[i] as number))), key).toBeLessThan(1e-4);
      }
      eager.dispose();
      captured.dispose();
      parameters.dispose();
    },
  );

  test('takes every normalisation, sum and ReLU of a residual network', async () => {
    await startEngine(engine);
    const { parameters, step, options } = gradientStep('resnet18');
    const { nodes, results } = recordStep(nativeGraph() as GraphAddon, step, options);
    const plain = withoutIdleReshapes(
      nodes,
      results.map(({ ref }) => ref),
    );
    const fused = fusedBatchNorms(plain.nodes, plain.wanted);
    const count = (op: string) => fused.nodes.filter((node) => node.op === op).length;
    expect(['Relu', 'ReluGrad', 'FusedBatchNormV3', 'FusedBatchNormGradV3'].map(count)).toEqual([0, 0, 0, 0]);
    expect(['ViewgapBatchNorm', 'ViewgapBatchNormGrad'].map(count)).toEqual([20, 20]);
    const sides = fused.nodes.filter(
      ({ op, inputs }) => op === 'ViewgapBatchNorm' && (inputs[5]?.length ?? 0) > 0,
    );
    expect(sides.length).toBe(8);
    parameters.dispose();
  });

  /** Four pixels of one channel, normalised and rectified. */
  async function normalised(values: readonly number[]): Promise<ArrayLike<number>> {
    const ones = () => tf.ones<tf.Rank.R1>([1]);
    const gamma = tf.variable(ones()) as tf.Variable<tf.Rank.R1>;
    const beta = tf.variable(tf.zeros<tf.Rank.R1>([1])) as tf.Variable<tf.Rank.R1>;
    const mean = tf.variable(tf.zeros<tf.Rank.R1>([1]), false);
    const variance = tf.variable(ones(), false);
    const step = (x: tf.Tensor | undefined) => {
      let y: tf.Tensor | undefined;
      const { grads } = tf.variableGrads(() => {
        y = tf.keep(relu(batchNorm(x as tf.Tensor4D, { gamma, beta, mean, variance }, true, { epsilon: 0 })));
        return tf.sum(y) as tf.Scalar;
      }, [gamma, beta]);
      tf.dispose(grads);
      return y as tf.Tensor;
    };
    const options = { inputs: [{ shape: [1, 2, 2, 1] }], variables: { gamma, beta, mean, variance } };
    const captured = capture(step, options);
    const { data } = await captured.run(Float32Array.from(values));
    captured.dispose();
    tf.dispose([gamma, beta, mean, variance]);
    return data;
  }

  test('keeps its digits where the mean is a million deviations from zero', async () => {
    await startEngine(engine);
    const y = await normalised([1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3]);
    const slope = 1 / Math.sqrt(1.25);
    expect(y[2]).toBeCloseTo(0.5 * slope, 5);
    expect(y[3]).toBeCloseTo(1.5 * slope, 5);
  });

  test('hides no value that is not a number', async () => {
    await startEngine(engine);
    expect(Array.from(await normalised([1, Number.NaN, 2, 3])).every(Number.isNaN)).toBe(true);
  });
});
