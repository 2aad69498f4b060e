import { describe, expect, test } from 'vitest';
import { haveSameWeights, start, trainInTurns } from '../../test/contestants.ts';
import { Dropout } from './contestant-process.ts';

haveSameWeights(['cnn']);
trainInTurns(['captured-float32']);

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
