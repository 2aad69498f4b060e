import { test as baseTest, describe } from 'vitest';
import { expectBfloat16, expectEagerInference, expectTorchvision } from '../../test/encoder-claims.ts';
import { expectNoCorruption, expectNoCorruptionOfAny } from '../../test/filter-gradients.ts';
import { defaultCacheDir, ENCODERS, prepareEngine, startEngine } from '../index.ts';

// TensorFlow turns oneDNN, which joins operations, on by itself only where the processor has AVX-512 VNNI or AMX.
process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
const options = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(options)).engine.startsWith('native');

describe.for(['native', 'wasm'] as const)('on %s', (prefer) => {
  const test = baseTest.skipIf(prefer === 'native' && !native);

  test.for(['resnet18', 'resnet50', 'densenet121'] as const)("%s is torchvision's", (name) =>
    expectTorchvision(name, prefer),
  );
});

describe.skipIf(!native)('on TensorFlow', () => {
  baseTest.for(ENCODERS)(
    '%s with a decoder trains in bfloat16, and its inference shares the weights',
    (name) => expectBfloat16(name),
  );

  baseTest.for(ENCODERS)(
    'a captured inference of %s is the eager one, with its normalisations folded',
    (name) => expectEagerInference(name),
  );

  baseTest.for(ENCODERS)(
    'no training graph of %s asks for a gradient that corrupts the heap',
    async (name) => {
      await startEngine({ ...options, prefer: 'native' });
      expectNoCorruption(name);
    },
  );

  baseTest('nor does one of residual with any widths, on images of any size', async () => {
    await startEngine({ ...options, prefer: 'native' });
    expectNoCorruptionOfAny(25);
  });
});
