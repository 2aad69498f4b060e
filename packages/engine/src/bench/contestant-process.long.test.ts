import { platform } from 'node:os';
import { describe, expect, test } from 'vitest';
import {
  hasTorch,
  IDLE,
  native,
  TURNS,
  takeTurns,
  WEIGHTS,
  waitAfterTurn,
  weightsOf,
} from '../../test/contestants.ts';
import { BENCH_MODELS } from './contestants/bench-case.ts';

describe.for(BENCH_MODELS)('%s', (model) => {
  test.skipIf(!native).for(['stock', 'captured-float32'] as const)(
    'has the same weights: %s',
    async (name) => {
      expect(await weightsOf(name, model)).toMatchObject({ weights: WEIGHTS[model] });
    },
  );

  test.skipIf(!hasTorch)('has the same weights: PyTorch', async () => {
    const version = expect.stringMatching(/^PyTorch \d/);
    expect(await weightsOf('torch-float32', model)).toEqual({ weights: WEIGHTS[model], version });
  });
});

describe.for(['stock', 'captured-float32', 'torch-float32', 'torch-bfloat16'] as const)('%s', (name) => {
  const isAbsent = name.startsWith('torch') ? !hasTorch : !native;

  test.skipIf(isAbsent)('trains in turns of seconds, and of three steps at least', async () => {
    expect(await takeTurns(name)).toEqual(TURNS);
  });

  test.skipIf(isAbsent || platform() !== 'linux')('uses no processor while it waits', async () => {
    expect(await waitAfterTurn(name)).toEqual(IDLE);
  });
});
