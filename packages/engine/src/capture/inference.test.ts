import { describe, expect, test } from 'vitest';
import { batch, expectEagerInference, largestDifference, usedEncoder } from '../../test/encoder-claims.ts';
import { hashedUniform } from '../../test/hashed-weights.ts';
import { nativeGraph } from '../backends/native-engine.ts';
import { opTimes } from '../bench/contestants/op-times.ts';
import {
  capture,
  createDecoder,
  defaultCacheDir,
  type EncoderName,
  Parameters,
  prepareEngine,
  startEngine,
  tf,
} from '../index.ts';
import { normalisedConvolution } from '../layers/layers.ts';
import type { GraphAddon } from '../native/native-graph.ts';
import { recordStep } from './record/recording.ts';
import { foldedBatchNorms } from './rewrite/folded-batch-norm.ts';
import { withoutIdleReshapes } from './rewrite/without-idle-reshapes.ts';
import { prepared } from './run/prepared.ts';

// TensorFlow turns oneDNN, which joins what is joined here, on by itself only where the processor has AVX-512 VNNI or AMX.
process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine.startsWith('native');

describe.skipIf(!native)('a captured inference', () => {
  test.for<EncoderName>(['resnet18'])('of %s is the eager one, with its normalisations folded', (name) =>
    expectEagerInference(name),
  );

  test('of a residual block leaves neither sum nor ReLU nor bias to an op of its own, at many pixels and at few', async () => {
    await startEngine(engine);
    const parameters = new Parameters(0);
    const layer = (name: string, kernel: number) =>
      normalisedConvolution(
        parameters,
        { convolution: `${name}.conv`, norm: `${name}.norm` },
        { kernel, from: 64, to: 64 },
        { relu: true },
      );
    const [wide, small] = [layer('wide', 3), layer('small', 1)];
    const second = normalisedConvolution(
      parameters,
      { convolution: 'second.conv', norm: 'second.norm' },
      { kernel: 3, from: 64, to: 64 },
      { relu: false },
    );
    const step = (x: tf.Tensor | undefined) => {
      const block = tf.relu(tf.add(second(wide(x as tf.Tensor4D, false), false), x as tf.Tensor));
      return small(tf.avgPool(block as tf.Tensor4D, 4, 4, 'valid'), false);
    };
    const shape = [2, 16, 16, 64];
    const captured = capture(step, { inputs: [{ shape }], variables: Object.fromEntries(parameters.all()) });
    const x = Float32Array.from(hashedUniform('block', 2 * 16 * 16 * 64));
    const eager = tf.tidy(() => step(tf.tensor(x, shape)).dataSync<'float32'>().slice());
    const { data } = await captured.run(x);
    expect(largestDifference(data as Float32Array, eager)).toBeLessThan(1e-4);
    const ops = opTimes((await captured.profile(x)) as Uint8Array);
    const count = (names: RegExp) =>
      ops.reduce((sum, { op, count }) => sum + (names.test(op) ? count : 0), 0);
    expect(count(/Conv2D|MatMul/)).toBe(3);
    expect(count(/^(Add|AddV2|BiasAdd|Relu)$/)).toBe(0);
    captured.dispose();
    parameters.dispose();
  });

  test('sees weights that were written after its first call', async () => {
    await startEngine(engine);
    const { parameters, step, options } = usedEncoder('residual');
    const captured = capture(step, options);
    const x = batch('x');
    const before = (await captured.run(x)).data as Float32Array;
    const state = await captured.read();
    expect([...state.keys()].sort()).toEqual([...parameters.all()].map(([key]) => key).sort());
    const doubled = [...state].map(([key, { shape, data }]) => {
      const isScale = /\.bn2\.(weight|bias)$|downsample\.1\.(weight|bias)$/.test(key);
      return [key, { shape, data: isScale ? data.map((value) => 2 * value) : data }] as const;
    });
    await captured.write(new Map(doubled));
    const after = (await captured.run(x)).data as Float32Array;
    expect(largestDifference(after, before)).toBeGreaterThan(1e-3);
    await captured.write(state);
    expect((await captured.run(x)).data).toEqual(before);
    captured.dispose();
    parameters.dispose();
  });

  test('computes once what variables alone decide: no normalisation, scale or cast is left to each call', async () => {
    await startEngine(engine);
    const { parameters, step, options } = usedEncoder('resnet18');
    const recording = recordStep(nativeGraph() as GraphAddon, step, options);
    const { nodes, wanted } = withoutIdleReshapes(
      recording.nodes,
      recording.results.map(({ ref }) => ref),
    );
    const parts = prepared(foldedBatchNorms(nodes, wanted), wanted, 'kept/');
    const ops = new Set(parts.nodes.map(({ op }) => op));
    expect([...ops].sort()).toEqual(
      [
        'Add',
        'BiasAdd',
        'Const',
        'Conv2D',
        'MaxPool',
        'PadV2',
        'Placeholder',
        'ReadVariableOp',
        'Relu',
      ].sort(),
    );
    // A filter and a bias for each of 20 convolutions.
    expect(parts.kept.size).toBe(40);
    parameters.dispose();
  });

  test('of a decoder normalises in its convolutions, and sums the weights of its filters once', async () => {
    await startEngine(engine);
    const parameters = new Parameters(0);
    const decoder = createDecoder(parameters, { features: 32, reduction: 4 }, 32, { widths: [16, 16] });
    for (const [key, variable] of parameters.all()) {
      const values = Float32Array.from(hashedUniform(key, variable.size), (u) => 0.5 + u);
      if (variable.rank === 1) variable.assign(tf.tensor(values, variable.shape));
    }
    const shape: [number, number, number, number] = [2, 8, 8, 32];
    const step = (x: tf.Tensor | undefined) => decoder.apply(x as tf.Tensor4D, false);
    const captured = capture(step, { inputs: [{ shape }], variables: Object.fromEntries(parameters.all()) });
    const x = Float32Array.from(hashedUniform('features', 2 * 8 * 8 * 32));
    const eager = tf.tidy(() => step(tf.tensor(x, shape)).dataSync<'float32'>().slice());
    const { data } = await captured.run(x);
    expect(largestDifference(data as Float32Array, eager)).toBeLessThan(1e-4);
    const ops = opTimes((await captured.profile(x)) as Uint8Array).map(({ op }) => op);
    expect(ops.filter((op) => /Split|Norm|^(Add|AddV2|Mul|BiasAdd|Relu)$/.test(op))).toEqual([]);
    captured.dispose();
    parameters.dispose();
  });

  test('of plain products of variables follows them too', async () => {
    await startEngine(engine);
    const w = tf.variable(tf.scalar(2));
    const captured = capture((x) => tf.mul(tf.mul(w, w), x as tf.Tensor), {
      inputs: [{ shape: [] }],
      variables: { w },
    });
    expect((await captured.run(Float32Array.of(3))).data[0]).toBe(12);
    await captured.write(new Map([['w', { shape: [], data: Float32Array.of(1) }]]));
    expect((await captured.run(Float32Array.of(3))).data[0]).toBe(3);
    captured.dispose();
    w.dispose();
  });
});
