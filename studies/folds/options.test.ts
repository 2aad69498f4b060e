import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

test('flags and VIEWGAP_ENGINE are read', () => {
  expect(readOptions([], {})).toEqual({
    pipeline: 'pipelines/nih-sample',
    against: [],
    folds: 5,
    seed: 0,
    permute: false,
    prefer: undefined,
  });
  const args = [
    '--pipeline',
    'p',
    '--against',
    'a.json',
    '--against',
    'b.json',
    '--folds',
    '10',
    '--seed',
    '3',
    '--permute',
  ];
  expect(readOptions(args, { VIEWGAP_ENGINE: 'wasm' })).toEqual({
    pipeline: 'p',
    against: ['a.json', 'b.json'],
    folds: 10,
    seed: 3,
    permute: true,
    prefer: 'wasm',
  });
});

test.each([
  [['--folds', 'x'], {}, '--folds is not an integer from 2: x (give one, e.g. --folds 2)'],
  [['--folds', '1'], {}, '--folds is not an integer from 2: 1 (give one, e.g. --folds 2)'],
  [['--seed', '0.5'], {}, '--seed is not an integer from 0: 0.5 (give one, e.g. --seed 0)'],
  [['--fold', '5'], {}, "a wrong call: Unknown option '--fold'"],
  [[], { VIEWGAP_ENGINE: 'wsam' }, 'no such engine in VIEWGAP_ENGINE: wsam (did you mean "wasm"?)'],
])('%j with %j: %s', (args, env, message) => {
  expect(() => readOptions(args, env)).toThrow(message);
});
