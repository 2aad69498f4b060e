import { platform } from 'node:os';
import { describe, expect, test } from 'vitest';
import {
  hasTorch,
  IDLE,
  native,
  start,
  TURNS,
  takeTurns,
  WEIGHTS,
  waitAfterTurn,
  weightsOf,
} from '../../test/contestants.ts';
import { Dropout } from './contestant-process.ts';

describe.for(['cnn'] as const)('%s', (model) => {
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

describe.for(['captured-float32'] as const)('%s', (name) => {
  test.skipIf(!native)('trains in turns of seconds, and of three steps at least', async () => {
    expect(await takeTurns(name)).toEqual(TURNS);
  });

  test.skipIf(!native || platform() !== 'linux')('uses no processor while it waits', async () => {
    expect(await waitAfterTurn(name)).toEqual(IDLE);
  });
});

describe('a contestant drops out with the reason', () => {
  test('that its library gives', async () => {
    const prefer = 'sycl' as never;
    await expect(start('captured-float32', { prefer })).rejects.toThrow(Dropout);
  });

  test('when its program is not there', async () => {
    await expect(start('torch-float32', {}, '/no/python')).rejects.toThrow(/does not start: .*ENOENT/);
  });

  test('when its process ends by itself', async () => {
    await expect(start('torch-float32', {}, 'false')).rejects.toThrow('its process ended with 1');
  });
});
