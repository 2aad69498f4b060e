import { test as baseTest, describe, expect } from 'vitest';
import { defaultCacheDir, prepareEngine, startEngine, tf } from '../index.ts';
import { Parameters } from '../layers/parameters.ts';
import { createDecoder, decoderWidths, type OutputFraction } from './decoder.ts';
import { createEncoder, type EncoderName } from './encoder.ts';

const options = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(options)).engine === 'native-cpu';

describe.for(['native', 'wasm'] as const)('on %s', (prefer) => {
  const test = baseTest.skipIf(prefer === 'native' && !native);

  test.for<[EncoderName, number, OutputFraction, number]>([
    ['residual', 64, 1, 64],
    ['residual', 50, 1, 50],
    ['residual', 50, 0.25, 13],
    ['resnet18', 65, 0.5, 33],
    ['densenet121', 64, 1, 64],
  ])('%s at %d pixels, output fraction %d: %d pixels', async ([name, size, outputFraction, edge]) => {
    await startEngine({ ...options, prefer });
    const parameters = new Parameters(0);
    const encoder = createEncoder(name, parameters);
    const decoder = createDecoder(parameters, encoder, size, { outputFraction });
    const image = decoder.apply(encoder.apply(tf.zeros([2, size, size, 1]), false), false);
    expect(decoder.edge).toBe(edge);
    expect(image.shape).toEqual([2, edge, edge, 1]);
    parameters.dispose();
  });

  test('an encoder and a decoder learn to draw the image', async () => {
    await startEngine({ ...options, prefer });
    const parameters = new Parameters(0);
    const encoder = createEncoder('residual', parameters, { widths: [8, 16] });
    const decoder = createDecoder(parameters, encoder, 16);
    const small = tf.randomUniform<tf.Rank.R4>([8, 4, 4, 1], 0, 1, 'float32', 3);
    const images = tf.image.resizeBilinear(small, [16, 16]);
    const optimizer = tf.train.adam(0.01);
    const losses = Array.from({ length: 40 }, () => {
      const loss = optimizer.minimize(() => {
        const drawn = decoder.apply(encoder.apply(images, true), true);
        return tf.losses.meanSquaredError(images, drawn) as tf.Scalar;
      }, true);
      return loss?.dataSync()[0] as number;
    });
    expect(losses.at(-1)).toBeLessThan(0.2 * (losses[0] as number));
  });
});

baseTest('its widths begin at half the features, at most 512, and halve down to 16', () => {
  expect(decoderWidths(2048, 5)).toEqual([512, 256, 128, 64, 32]);
  expect(decoderWidths(512, 5)).toEqual([256, 128, 64, 32, 16]);
  expect(decoderWidths(128, 4)).toEqual([64, 32, 16, 16]);
});

baseTest(
  'widths that are not one for each doubling, and images that an encoder cuts, are refused',
  async () => {
    await startEngine(options);
    const parameters = new Parameters(0);
    const encoder = createEncoder('densenet121', parameters);
    expect(() => createDecoder(parameters, encoder, 224, { widths: [64, 32], outputFraction: 0.5 })).toThrow(
      'wrong number of decoder widths: 2 for a reduction by 32 and an output fraction of 0.5 (name 4)',
    );
    const decoder = createDecoder(parameters, encoder, 96 + 40);
    const features = encoder.apply(tf.zeros([1, 136, 136, 1]), false);
    expect(() => decoder.apply(features, false)).toThrow(
      'the decoder does not reach the edge: 128 of 136 pixels (take images of a multiple of 32 pixels)',
    );
  },
);
