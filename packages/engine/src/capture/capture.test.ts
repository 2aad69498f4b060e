import { test as baseTest, describe, expect } from 'vitest';
import { SmallNetwork, smallBatch, smallInputs } from '../../test/small-network.ts';
import {
  type AdamOptions,
  applyAdam,
  capture,
  defaultCacheDir,
  prepareEngine,
  startEngine,
  tf,
} from '../index.ts';
import type { Captured, CaptureOptions, Value } from './record/step.ts';
import { captureEager } from './run/eager-step.ts';

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine.startsWith('native');
const test = baseTest.skipIf(!native);
const STEPS = 20;
const BATCH = 8;

/** Losses of a captured step over the same batches each time. */
async function losses(step: Captured<tf.Tensor>, extra: (index: number) => Float32Array[] = () => []) {
  const values: number[] = [];
  for (let i = 0; i < STEPS; i++) {
    const { data } = (await step.run(...smallBatch(BATCH, i), ...extra(i))) as Value;
    values.push(data[0] as number);
  }
  step.dispose();
  return values;
}

function expectEqual(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((loss, i) => {
    const difference = Math.abs(loss / (expected[i] as number) - 1);
    expect(difference, `step ${i}: ${loss} and ${expected[i]}`).toBeLessThanOrEqual(tolerance);
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The variables that are made while work runs: those that an optimiser of TensorFlow.js keeps to itself. */
function variablesMadeBy(work: () => void): tf.Variable[] {
  const registered = tf.engine().registeredVariables;
  const before = new Set(Object.keys(registered));
  work();
  return Object.keys(registered).flatMap((name) =>
    before.has(name) ? [] : (registered[name] as tf.Variable),
  );
}

const OPTIMISERS = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9),
  nesterov: () => tf.train.momentum(0.05, 0.9, true),
  adam: () => tf.train.adam(3e-3),
  adamax: () => tf.train.adamax(3e-3),
  rmsprop: () => tf.train.rmsprop(1e-3),
  adagrad: () => tf.train.adagrad(0.02),
  adadelta: () => tf.train.adadelta(1),
};

describe('a captured step has the losses of the same step run eagerly', () => {
  function adamStep(network: SmallNetwork, adam: AdamOptions = {}) {
    return (images: tf.Tensor, labels: tf.Tensor, rate: tf.Tensor | undefined) => {
      const { value, grads } = network.gradients(images, labels);
      applyAdam(grads, (rate as tf.Scalar | undefined) ?? 3e-3, adam);
      return value as tf.Tensor;
    };
  }

  async function bothLosses(adam: AdamOptions, rates?: (index: number) => number) {
    await startEngine({ ...engine, prefer: 'native' });
    const extra = (index: number) => (rates ? [Float32Array.of(rates(index))] : []);
    const inputs = [...smallInputs(BATCH), ...(rates ? [{ shape: [] }] : [])];
    const run = async (kind: 'eager' | 'captured') => {
      const network = new SmallNetwork();
      const step = adamStep(network, adam);
      const options: CaptureOptions = { inputs, variables: network.variables };
      const compiled = kind === 'eager' ? captureEager(step, options) : capture(step, options);
      expect(compiled.compiled).toBe(kind === 'captured');
      const values = await losses(compiled as Captured<tf.Tensor>, extra);
      network.dispose();
      return values;
    };
    return { eager: await run('eager'), captured: await run('captured') };
  }

  test('with Adam, within 1e-4 over 20 steps, and learns', async () => {
    const { eager, captured } = await bothLosses({});
    expectEqual(captured, eager, 1e-4);
    expect(mean(captured.slice(-5))).toBeLessThan(0.9 * mean(captured.slice(0, 5)));
  });

  test('with AdamW, whose decay alone makes another training', async () => {
    const { eager, captured } = await bothLosses({ weightDecay: 5 });
    expectEqual(captured, eager, 1e-4);
    const { captured: plain } = await bothLosses({});
    expect(captured.at(-1)).not.toBeCloseTo(plain.at(-1) as number, 3);
  });

  test('with a learning rate that is an input and changes each step', async () => {
    const { eager, captured } = await bothLosses({}, (i) => 1e-3 * (1 + Math.cos(i / 5)));
    expectEqual(captured, eager, 1e-4);
    const { captured: constant } = await bothLosses({}, () => 1e-3);
    expect(captured[0]).toBe(constant[0]);
    expect(captured.at(-1)).not.toBeCloseTo(constant.at(-1) as number, 4);
  });

  test.for(Object.keys(OPTIMISERS) as (keyof typeof OPTIMISERS)[])(
    'with %s of TensorFlow.js, its variables named after one eager step',
    async (name) => {
      await startEngine({ ...engine, prefer: 'native' });
      const run = async (kind: 'eager' | 'captured') => {
        const network = new SmallNetwork();
        let optimiser = tf.train.sgd(0) as tf.Optimizer;
        const step = (images: tf.Tensor, labels: tf.Tensor) => {
          const { value, grads } = network.gradients(images, labels);
          optimiser.applyGradients(grads);
          return value as tf.Tensor;
        };
        const own = variablesMadeBy(() => {
          optimiser = OPTIMISERS[name]();
          tf.tidy(() => step(tf.ones([BATCH, 16, 16, 1]), tf.ones([BATCH, 3])));
        });
        const state = Object.fromEntries(own.map((variable, i) => [`${name}/${i}`, variable]));
        const options = { inputs: smallInputs(BATCH), variables: { ...network.variables, ...state } };
        const compiled = kind === 'eager' ? captureEager(step, options) : capture(step, options);
        const values = await losses(compiled as Captured<tf.Tensor>);
        network.dispose();
        for (const variable of own) variable.dispose();
        return values;
      };
      expectEqual(await run('captured'), await run('eager'), 1e-4);
    },
  );

  test('in bfloat16 within 2 %, and learns', async () => {
    await startEngine({ ...engine, prefer: 'native' });
    const run = async (precision: 'float32' | 'bfloat16') => {
      const network = new SmallNetwork();
      const step = capture(adamStep(network) as (...inputs: tf.Tensor[]) => tf.Tensor, {
        inputs: smallInputs(BATCH),
        variables: network.variables,
        precision,
      });
      expect(step.precision).toBe(precision);
      const values = await losses(step);
      network.dispose();
      return values;
    };
    const half = await run('bfloat16');
    const full = await run('float32');
    expectEqual(half, full, 0.02);
    expect(half).not.toEqual(full);
    expect(mean(half.slice(-5))).toBeLessThan(0.9 * mean(half.slice(0, 5)));
  });
});
