import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { test as baseTest, describe, expect } from 'vitest';
import { SmallNetwork, smallBatch, smallInputs } from '../../test/small-network.ts';
import { applyAdam, capture, defaultCacheDir, prepareEngine, startEngine, tf } from '../index.ts';

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine.startsWith('native');
const PROGRAM = fileURLToPath(new URL('../../test/captured-memory.ts', import.meta.url));

describe.for(['native', 'wasm'] as const)('on %s', (prefer) => {
  const test = baseTest.skipIf(prefer === 'native' && !native);

  test('a captured step leaves no tensor and no variable behind', async () => {
    await startEngine({ ...engine, prefer });
    const network = new SmallNetwork();
    const facts = () => ({
      tensors: tf.memory().numTensors,
      variables: Object.keys(tf.engine().registeredVariables).length,
    });
    const before = facts();
    for (let i = 0; i < 2; i++) {
      const step = capture(
        (images, labels) => {
          const { value, grads } = network.gradients(images as tf.Tensor, labels as tf.Tensor);
          applyAdam(grads, 1e-3);
          return { loss: value, logits: network.logits(images as tf.Tensor, false) };
        },
        { inputs: smallInputs(8), variables: network.variables },
      );
      await step.run(...smallBatch(8, 0));
      await step.write(await step.read());
      step.dispose();
    }
    expect(facts()).toEqual(before);
    network.dispose();
  });

  test('what it keeps to return it from within a gradient is not left behind either', async () => {
    await startEngine({ ...engine, prefer });
    const w = tf.variable(tf.tensor1d([1, 2]));
    const before = tf.memory().numTensors;
    const step = capture(
      (x) => {
        let product = x as tf.Tensor;
        const { value, grads } = tf.variableGrads(() => {
          product = tf.keep(tf.mul(x as tf.Tensor, w));
          return tf.sum(product) as tf.Scalar;
        }, [w]);
        return { sum: value, product, again: product, gradient: grads[w.name] as tf.Tensor, w };
      },
      { inputs: [{ shape: [2] }], variables: { w } },
    );
    for (let i = 0; i < 2; i++) {
      const { sum, product, again, gradient, w: weights } = await step.run(Float32Array.of(3, 5));
      expect([sum, product, again, gradient, weights].map(({ data }) => [...data])).toEqual([
        [13],
        [3, 10],
        [3, 10],
        [3, 5],
        [1, 2],
      ]);
    }
    step.dispose();
    expect(tf.memory().numTensors).toBe(before);
    w.dispose();
  });
});

baseTest.skipIf(!native)('memory does not grow from the 100th to the 1,000th step', async () => {
  const call = ['--expose-gc', '--import', import.meta.resolve('tsx'), PROGRAM];
  const { stdout } = await promisify(execFile)(process.execPath, call, { timeout: 250_000 });
  const { growth, tensors } = JSON.parse(stdout) as { growth: number; tensors: Record<string, number> };
  expect(growth).toBeLessThan(10e6);
  expect(tensors.late).toBe(tensors.during);
  expect(tensors.after).toBe(tensors.before);
});
