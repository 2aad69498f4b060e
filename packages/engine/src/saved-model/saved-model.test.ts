import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEncoder, defaultCacheDir, dense, globalMean, Parameters, startEngine, tf } from '../index.ts';
import { ProtoMessage } from './protobuf.ts';
import { savedModel } from './saved-model.ts';

let folder: string;
let isNative = false;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewgap-saved-model-'));
  isNative = (await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} })).name.startsWith(
    'native',
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** What TensorFlow computes that reads the SavedModel from disk. */
async function loaded(pb: Uint8Array, images: tf.Tensor): Promise<{ logits: tf.Tensor; mean: tf.Tensor }> {
  const path = await mkdtemp(join(folder, 'model-'));
  await writeFile(join(path, 'saved_model.pb'), pb);
  const backend = tf.backend() as NodeJSKernelBackend;
  const id = backend.loadSavedModelMetaGraph(path, 'serve');
  const info = { name: 'input0:0', dtype: 'int32', tfDtype: 'DT_UINT8', shape: [] };
  const [logits, mean] = backend.runSavedModel(id, [images], [info as never], pbOutputs(pb)) as tf.Tensor[];
  backend.deleteSavedModel(id);
  return { logits: logits as tf.Tensor, mean: mean as tf.Tensor };
}

/** Names of the outputs in the signature: those that end in `:0` before `logits` and `mean`. */
function pbOutputs(pb: Uint8Array): string[] {
  const text = Buffer.from(pb).toString('latin1');
  return ['logits', 'mean'].map((name) => {
    const at = text.lastIndexOf(`${name}\x12`);
    return /[\w/.]+:0/.exec(text.slice(at + name.length))?.[0] as string;
  });
}

describe.each(['residual', 'resnet18', 'densenet121'] as const)(
  '%s with a plane of ones and a head',
  (name) => {
    test('gives what the model itself gives, for batches of any size', async (context) => {
      if (!isNative) return context.skip('needs the native engine');
      const parameters = new Parameters(5);
      const encoder = createEncoder(name, parameters, {
        offset: true,
        ...(name === 'residual' && { widths: [8, 16] }),
      });
      const head = dense(parameters.scope('head'), 'logits', encoder.features, 5);
      const step = (pixels: tf.Tensor) => {
        const encoded = encoder.apply(tf.sub(tf.div(pixels as tf.Tensor4D, 128), 1), false);
        const mean = globalMean(encoded);
        return { logits: head(mean), mean };
      };
      const pb = savedModel(step, {
        input: 'images',
        spec: { shape: [32, 32, 1], dtype: 'uint8' },
        variables: Object.fromEntries(parameters.all()),
      });
      for (const batch of [1, 3, 5]) {
        const images = tf.randomUniform([batch, 32, 32, 1], 0, 255, 'int32', batch);
        const wanted = step(tf.cast(images, 'float32'));
        const found = await loaded(pb, images);
        expect(found.logits.shape).toEqual([batch, 5]);
        for (const output of ['logits', 'mean'] as const) {
          const scale = tf.max(tf.abs(wanted[output])).dataSync()[0] as number;
          const error = tf.max(tf.abs(tf.sub(found[output], wanted[output]))).dataSync()[0] as number;
          expect(error / scale).toBeLessThan(1e-5);
        }
      }
      parameters.dispose();
    });
  },
);

test('numbers are written as the format has them', () => {
  // https://protobuf.dev/programming-guides/encoding: 150 in field 1 is 08 96 01, "testing" in field 2 is 12 07 ...
  expect([...new ProtoMessage().int(1, 150).encode()]).toEqual([0x08, 0x96, 0x01]);
  expect(Buffer.from(new ProtoMessage().bytes(2, 'testing').encode()).toString('hex')).toBe(
    '120774657374696e67',
  );
  expect([...new ProtoMessage().int(1, -1).encode()]).toEqual([0x08, ...new Array(9).fill(0xff), 0x01]);
});
