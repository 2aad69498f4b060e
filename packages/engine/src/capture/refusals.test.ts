import { afterEach, test as baseTest, beforeEach, describe, expect } from 'vitest';
import {
  applyAdam,
  capture,
  defaultCacheDir,
  EngineError,
  prepareEngine,
  startEngine,
  tf,
} from '../index.ts';
import type { Step, StepResult, Value } from './record/step.ts';

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine.startsWith('native');
const test = baseTest.skipIf(!native);

let w: tf.Variable;
let other: tf.Variable;

beforeEach(async () => {
  if (!native) return;
  await startEngine({ ...engine, prefer: 'native' });
  w = tf.variable(tf.tensor1d([1, 2, 3]));
  other = tf.variable(tf.tensor1d([4, 5, 6]));
});

afterEach(() => {
  if (native) tf.dispose([w, other]);
});

const inputs = [{ shape: [3] }];

/** That a step is refused, in these words, and that nothing but the refusal comes of it. */
async function expectRefused(step: Step<StepResult>, message: RegExp): Promise<void> {
  const before = tf.memory().numTensors;
  const variables = Object.keys(tf.engine().registeredVariables);
  let thrown: unknown;
  try {
    capture(step, { inputs, variables: { w } });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(EngineError);
  expect((thrown as EngineError).message).toMatch(message);
  expect((thrown as EngineError).message).not.toContain('\n');
  expect(tf.memory().numTensors).toBe(before);
  expect(Object.keys(tf.engine().registeredVariables)).toEqual(variables);
  expect([...w.dataSync(), ...other.dataSync()]).toEqual([1, 2, 3, 4, 5, 6]);
  expect([...tf.add(w, other).dataSync()]).toEqual([5, 7, 9]);
  const good = capture((x) => tf.mul(x as tf.Tensor, w), { inputs, variables: { w } });
  expect([...((await good.run(Float32Array.of(1, 1, 2))) as Value).data]).toEqual([1, 2, 6]);
  good.dispose();
}

describe('a step is refused that', () => {
  test.for<[string, (x: tf.Tensor) => unknown]>([
    ['an input', (x) => x.dataSync()],
    ['a variable', () => w.dataSync()],
    ['a result', (x) => tf.sum(tf.mul(x, w)).arraySync()],
  ])('reads the values of %s', async ([, read]) => {
    await expectRefused((x) => {
      read(x as tf.Tensor);
      return tf.mul(x as tf.Tensor, w);
    }, /^a captured step reads a value back: of .+ \(return the tensor from the step/);
  });

  test('uses a tensor from outside, which keeps its values', async () => {
    const fresh = tf.tensor1d([7, 8, 9]);
    const used = tf.tensor1d([7, 8, 9]);
    tf.add(used, 1).dispose();
    for (const outside of [fresh, used]) {
      await expectRefused(
        (x) => tf.mul(x as tf.Tensor, outside),
        /^a captured step uses a tensor from outside: an input of (Mul|an op) \(pass it as an input, or make it a variable/,
      );
      expect([...tf.add(outside, 0).dataSync()]).toEqual([7, 8, 9]);
    }
    tf.dispose([fresh, used]);
  });

  test('returns a tensor from outside', async () => {
    const outside = tf.tensor1d([7, 8, 9]);
    await expectRefused(
      () => outside,
      /^a captured step uses a tensor from outside: an (output|input of an op)/,
    );
    expect([...tf.add(outside, 0).dataSync()]).toEqual([7, 8, 9]);
    outside.dispose();
  });

  test('reads a variable that was not named', async () => {
    await expectRefused((x) => tf.mul(x as tf.Tensor, other), /from outside: .+name it in `variables`/);
  });

  test('changes a variable that was not named', async () => {
    await expectRefused((x) => {
      other.assign(tf.mul(x as tf.Tensor, 2));
      return tf.mul(x as tf.Tensor, w);
    }, /^a captured step changes a variable that it was not given: .+ \(name it in `variables`\)$/);
  });

  test('applies Adam to a variable that was not named', async () => {
    await expectRefused((x) => {
      applyAdam({ [other.name]: x as tf.Tensor }, 0.1);
      return x as tf.Tensor;
    }, /^a captured step changes a variable that it was not given: .+ \(name it in `variables`\)$/);
  });

  test('makes a variable', async () => {
    await expectRefused((x) => {
      const made = tf.variable(tf.zeros([3]));
      return tf.add(x as tf.Tensor, made);
    }, /^a captured step makes a variable: .+ \(make it before/);
  });

  test('is the first of an optimiser of TensorFlow.js', async () => {
    const optimiser: tf.Optimizer = tf.train.adam(0.1);
    await expectRefused((x) => {
      const { value, grads } = tf.variableGrads(() => tf.sum(tf.mul(x as tf.Tensor, w)) as tf.Scalar, [w]);
      optimiser.applyGradients(grads);
      return value as tf.Tensor;
    }, /^a captured step (uses a tensor from outside|makes a variable): .+variable/);
  });

  test('keeps a tensor that it does not return', async () => {
    await expectRefused((x) => {
      tf.keep(tf.mul(x as tf.Tensor, w));
      return tf.mul(x as tf.Tensor, w);
    }, /^a captured step keeps tensors: 1 \(return them instead of tf.keep\)/);
  });

  let calls = 0;
  test.for<[string, (x: tf.Tensor) => tf.Tensor]>([
    ['tf.randomNormal', (x) => tf.add(x, tf.randomNormal([3]))],
    ['tf.dropout', (x) => tf.dropout(x, 0.5)],
    ['Math.random', (x) => tf.mul(x, Math.random())],
    ['a counter', (x) => tf.mul(x, calls++)],
    [
      'an op more in each call',
      (x) => Array.from({ length: calls++ }).reduce<tf.Tensor>((y) => tf.sin(y), x),
    ],
    ['an op less in each call', (x) => (calls++ % 2 === 0 ? tf.sin(tf.cos(x)) : tf.sin(x))],
  ])('is another at its second call: %s', async ([, step]) => {
    calls = 0;
    await expectRefused(
      (x) => step(x as tf.Tensor),
      /^a captured step is not the same each time it is called: (op \d+, \w+|\d+ ops, then \d+) \(.*pass them as inputs\)/,
    );
  });

  test('computes a shape from values', async () => {
    await expectRefused(
      (x) => tf.unique(x as tf.Tensor1D).values,
      /^a captured step computes a shape from values: output 0 of Unique(V2)? \(compute it outside of the step\)/,
    );
  });

  test('is asynchronous, and nothing is left to fail later', async () => {
    const step = async (x: tf.Tensor) => {
      await x.data();
      return x;
    };
    await expectRefused(step as unknown as Step<tf.Tensor>, /^a captured step is asynchronous: a promise/);
    const late = async () => {
      throw new Error('too late to be seen');
    };
    await expectRefused(late as unknown as Step<tf.Tensor>, /^a captured step is asynchronous: a promise/);
    await new Promise((resolve) => setTimeout(resolve, 10));
  });

  test('throws: its own error comes out', () => {
    const before = tf.memory().numTensors;
    const step = (x: tf.Tensor): tf.Tensor => {
      w.assign(tf.mul(x, 2));
      throw new TypeError('a bug in the step');
    };
    expect(() => capture(step, { inputs, variables: { w } })).toThrow(new TypeError('a bug in the step'));
    expect(tf.memory().numTensors).toBe(before);
    expect([...w.dataSync()]).toEqual([1, 2, 3]);
  });
});

test('a variable that is not float32 is refused', () => {
  const count = tf.variable(tf.tensor1d([1, 2, 3], 'int32'));
  expect(() => capture((x) => x as tf.Tensor, { inputs, variables: { count } })).toThrow(
    'variable count is not float32: int32 (pass it as an input)',
  );
  count.dispose();
});

test('Adam is refused outside of a captured step', () => {
  expect(() => applyAdam({ [w.name]: w }, 0.1)).toThrow(
    new EngineError('Adam is applied outside of a captured step', 'applyAdam', 'call it within capture()'),
  );
});
