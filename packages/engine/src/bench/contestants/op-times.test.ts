import { test as baseTest, describe, expect, test } from 'vitest';
import { capture, defaultCacheDir, prepareEngine, startEngine, tf } from '../../index.ts';
import { meanOpTimes, opTimes } from './op-times.ts';

/** Bytes of a message as the protobuf guide writes them: tag (number << 3 | wire type), length, content. */
const within = (number: number, content: readonly number[]) => [
  (number << 3) | 2,
  content.length,
  ...content,
];
const text = (number: number, value: string) => within(number, [...Buffer.from(value)]);

/** Starts at 10 us; ends at 150 + 10 us, whose 160 takes two bytes: a0 01. */
const conv = [...text(1, 'step/conv'), 0x18, 10, 0x20, 0xa0, 0x01, ...text(8, 'step/conv = Conv2D(x, w)')];
const relu = [...text(1, 'step/relu'), 0x18, 20, 0x20, 70, ...text(8, 'step/relu = Relu(step/conv)')];
const copy = [...text(1, 'MemcpyH2D'), 0x20, 30];

function metadata(...nodes: (readonly number[])[]): Uint8Array {
  const device = [...text(1, '/device:CPU:0'), ...nodes.flatMap((node) => within(2, node))];
  // Another field of each wire type around the one that is read.
  const around = [0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0x1d, 0, 0, 0, 0, 0x20, 1];
  return Uint8Array.from([...around, ...within(1, within(1, device))]);
}

test('ops are summed by type, slowest first; what has no type goes by its name', () => {
  expect(opTimes(metadata(conv, relu, copy))).toEqual([
    { op: 'Conv2D', count: 1, ms: 0.15 },
    { op: 'Relu', count: 1, ms: 0.05 },
    { op: 'MemcpyH2D', count: 1, ms: 0.03 },
  ]);
  expect(opTimes(metadata(relu, relu))).toEqual([{ op: 'Relu', count: 2, ms: 0.1 }]);
  expect(opTimes(new Uint8Array())).toEqual([]);
});

test('a mean is over all steps, also those that lack an op', () => {
  const steps = [metadata(conv, relu), metadata(relu)].map(opTimes);
  expect(meanOpTimes(steps)).toEqual([
    { op: 'Conv2D', count: 0.5, ms: 0.075 },
    { op: 'Relu', count: 1, ms: 0.05 },
  ]);
  expect(meanOpTimes([])).toEqual([]);
});

test('bytes that are cut off are an error', () => {
  const whole = metadata(conv);
  expect(() => opTimes(whole.subarray(0, -1))).toThrow('cut off');
  expect(() => opTimes(whole.subarray(0, 18))).toThrow('cut off');
});

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine.startsWith('native');

describe('TensorFlow’s own metadata', () => {
  baseTest.skipIf(!native)('names the ops of a captured step and how many of them ran', async () => {
    await startEngine({ ...engine, prefer: 'native' });
    const step = capture(
      (x) =>
        tf.sum(tf.tanh(tf.matMul(tf.tanh(tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D)), x as tf.Tensor2D))),
      {
        inputs: [{ shape: [300, 300] }],
      },
    );
    const ops = opTimes((await step.profile(new Float32Array(90_000))) as Uint8Array);
    step.dispose();
    const counted = (op: RegExp) => ops.filter((one) => op.test(one.op));
    expect(counted(/MatMul/).map(({ count }) => count)).toEqual([2]);
    expect(counted(/Tanh/).map(({ count }) => count)).toEqual([2]);
    expect(counted(/MatMul/)[0]?.ms).toBeGreaterThan(0.01);
    expect(ops.map(({ ms }) => ms)).toEqual(ops.map(({ ms }) => ms).sort((a, b) => b - a));
  });
});
