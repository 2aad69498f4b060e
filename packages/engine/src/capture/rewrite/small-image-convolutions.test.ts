import { describe, expect, test } from 'vitest';
import { hashedUniform } from '../../../test/hashed-weights.ts';
import { nativeGraph } from '../../backends/native-engine.ts';
import { capture, conv2d, defaultCacheDir, prepareEngine, startEngine, tf } from '../../index.ts';
import type { GraphAddon } from '../../native/native-graph.ts';
import { recordStep } from '../record/recording.ts';
import { fasterConvolutions } from './faster-convolutions.ts';
import { smallImageConvolutions } from './small-image-convolutions.ts';

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine.startsWith('native');

interface Form {
  readonly edge: number;
  readonly filter: number;
  readonly stride: number;
  readonly padding: 'same' | 'valid' | number;
  readonly from: number;
  readonly to: number;
}

/** A convolution and both of its gradients. */
function setUp({ edge, filter, stride, padding, from, to }: Form) {
  const w = tf.variable(tensorOf('w', [filter, filter, from, to]), true);
  const convolve = (x: tf.Tensor, weights: tf.Tensor) =>
    conv2d(x as tf.Tensor4D, weights as tf.Tensor4D, { stride, padding });
  const step = (x: tf.Tensor | undefined) => {
    const [dx, dw] = tf.grads((x, w) => tf.sum(tf.square(convolve(x as tf.Tensor, w as tf.Tensor))))([
      x as tf.Tensor,
      w,
    ]);
    return { y: convolve(x as tf.Tensor, w), dx: dx as tf.Tensor, dw: dw as tf.Tensor };
  };
  const shape = [2, edge, edge, from];
  return { w, step, convolve, shape };
}

function tensorOf(name: string, shape: number[]): tf.Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.tensor(
    Float32Array.from(hashedUniform(name, size), (u) => u - 0.5),
    shape,
  );
}

const forms: Form[] = [
  { edge: 4, filter: 3, stride: 1, padding: 'same', from: 512, to: 256 },
  { edge: 2, filter: 3, stride: 1, padding: 'same', from: 512, to: 256 },
  { edge: 5, filter: 2, stride: 1, padding: 'valid', from: 256, to: 512 },
  { edge: 4, filter: 3, stride: 2, padding: 1, from: 512, to: 256 },
  { edge: 7, filter: 3, stride: 2, padding: 1, from: 256, to: 512 },
  { edge: 5, filter: 3, stride: 2, padding: 'valid', from: 512, to: 256 },
  { edge: 4, filter: 1, stride: 1, padding: 'same', from: 24, to: 40 },
  { edge: 4, filter: 1, stride: 2, padding: 'valid', from: 256, to: 256 },
  { edge: 7, filter: 1, stride: 2, padding: 'valid', from: 256, to: 256 },
  { edge: 7, filter: 2, stride: 3, padding: 'valid', from: 512, to: 256 },
];

describe.skipIf(!native)('convolutions of small images as matrix products', () => {
  test.for(forms)(
    '$filter px, stride $stride, padding $padding, of $edge px: as the eager ones, with gradients',
    async (form) => {
      await startEngine(engine);
      const { w, step, convolve, shape } = setUp(form);
      const x = tensorOf('x', shape);
      const eager = step(x);
      const trained = capture(step, { inputs: [{ shape }], variables: { w } });
      const inferred = capture((x) => convolve(x as tf.Tensor, w), { inputs: [{ shape }], variables: { w } });
      const values = await trained.run(x.dataSync<'float32'>());
      const y = await inferred.run(x.dataSync<'float32'>());
      for (const [name, value] of Object.entries({ ...values, inferred: y })) {
        const expected = (name === 'inferred' ? eager.y : eager[name as keyof typeof eager]) as tf.Tensor;
        expect(value.shape, name).toEqual(expected.shape);
        expect(
          relativeDifference(value.data as Float32Array, expected.dataSync<'float32'>()),
          name,
        ).toBeLessThan(1e-5);
      }
      trained.dispose();
      inferred.dispose();
      tf.dispose([w, x, ...Object.values(eager)]);
    },
  );

  test.for(forms)(
    '$filter px, stride $stride, of $edge px: no convolution is left of the forward one',
    async (form) => {
      await startEngine(engine);
      const { w, convolve, shape } = setUp(form);
      const options = { inputs: [{ shape }], variables: { w } };
      const { nodes } = recordStep(nativeGraph() as GraphAddon, (x) => convolve(x as tf.Tensor, w), options);
      const ops = (wide: boolean) => new Set(smallImageConvolutions(nodes, wide).map(({ op }) => op));
      expect(ops(true)).not.toContain('Conv2D');
      if (form.filter > 1) expect(ops(false)).toContain('Conv2D');
      w.dispose();
    },
  );

  test('large images and narrow filters keep their convolution', async () => {
    await startEngine(engine);
    for (const form of [
      { edge: 8, filter: 3, stride: 1, padding: 'same', from: 512, to: 256 },
      { edge: 4, filter: 3, stride: 1, padding: 'same', from: 64, to: 64 },
      { edge: 8, filter: 1, stride: 1, padding: 'same', from: 64, to: 64 },
    ] as const) {
      const { w, convolve, shape } = setUp(form);
      const options = { inputs: [{ shape }], variables: { w } };
      const { nodes } = recordStep(nativeGraph() as GraphAddon, (x) => convolve(x as tf.Tensor, w), options);
      expect(smallImageConvolutions(nodes, true)).toEqual(nodes);
      w.dispose();
    }
  });

  test("a strided filter's gradient is products where the output is small, a convolution's where it is not", async () => {
    await startEngine(engine);
    for (const [edge, kept] of [
      [7, false],
      [14, true],
    ] as const) {
      const form = { edge, filter: 3, stride: 2, padding: 1, from: 256, to: 256 };
      const { w, step, shape } = setUp(form);
      const options = { inputs: [{ shape }], variables: { w } };
      const { nodes } = recordStep(nativeGraph() as GraphAddon, step, options);
      const ops = new Set(fasterConvolutions(nodes, 'bfloat16').map(({ op }) => op));
      expect(ops.has('Conv2DBackpropFilter'), `${edge} px`).toBe(kept);
      w.dispose();
    }
  });
});

function relativeDifference(a: Float32Array, b: Float32Array): number {
  const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0) / largest;
}
