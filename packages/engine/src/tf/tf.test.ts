import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { defaultCacheDir, startEngine, tf } from '../index.ts';

const require = createRequire(import.meta.url);

test("tf is the instance with which tfjs-node's kernels and gradients register, also as ECMAScript modules", () => {
  for (const name of ['@tensorflow/tfjs-core', '@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm']) {
    require(name);
  }
  const core = require('@tensorflow/tfjs-core') as typeof tf;
  const union = require('@tensorflow/tfjs') as typeof tf;
  expect(tf.engine()).toBe(core.engine());
  expect(tf.engine()).toBe(union.engine());
});

test('starting an engine leaves no listener on the process, and starting it again is nothing new', async () => {
  const count = () =>
    process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');
  const before = count();
  const options = { cacheDir: defaultCacheDir(process.env), log: () => {}, prefer: 'wasm' } as const;
  await startEngine(options);
  expect(count()).toBe(before);
  const backend = tf.backend();
  await startEngine(options);
  expect(tf.backend()).toBe(backend);
});
