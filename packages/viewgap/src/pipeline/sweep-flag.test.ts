import { expect, test } from 'vitest';
import { sweepTable } from '../actions/train-sweep.ts';
import { sweepOf, sweepSeed } from './sweep-flag.ts';

test('a sweep is one trial for each value, in their order', () => {
  expect(sweepOf('lambda=0.01, 0.1,1')).toEqual([{ lambda: 0.01 }, { lambda: 0.1 }, { lambda: 1 }]);
  expect(sweepOf('weightDecay=0')).toEqual([{ weightDecay: 0 }]);
  expect(sweepOf('learningRate=1e-4')).toEqual([{ learningRate: 0.0001 }]);
});

test.each([
  ['lambda', 'not a setting that can be swept: lambda (write --sweep lambda=0.01,0.1,1)'],
  ['lamda=1', 'not a setting that can be swept: lamda=1 (did you mean "lambda"?)'],
  ['epochs=1', 'not a setting that can be swept: epochs=1 (known: learningRate, weightDecay, lambda)'],
  ['lambda=', 'not a value of lambda: none ('],
  ['lambda=1,,2', 'not a value of lambda: none ('],
  ['lambda=1,many', 'not a value of lambda: many ('],
  ['lambda=-1', 'not a value of lambda: -1 ('],
  ['learningRate=0', 'not a value of learningRate: 0 ('],
  ['learningRate=2', 'not a value of learningRate: 2 ('],
  ['lambda=Infinity', 'not a value of lambda: Infinity ('],
  ['lambda=1,1.0', 'a value is swept twice: lambda-1 (name it once)'],
])('%s is refused', (text, message) => {
  expect(() => sweepOf(text)).toThrow(message);
});

test('a sweep is on a seed that is not reported', () => {
  expect(sweepSeed(undefined, [0, 1])).toBe(1000);
  expect(sweepSeed(7, [0, 1])).toBe(7);
  expect(() => sweepSeed(1, [0, 1])).toThrow('the seed of a sweep is one of train.seeds: 1 (');
});

test('the table shows the result of every trial, and which is best', () => {
  const auroc = { all: 0.71234, AP: null, PA: 0.8 };
  const table = sweepTable(
    [
      { values: { lambda: 0.01 }, best: { epoch: 12, classification: 0.43217, auroc }, chosen: true },
      { values: { lambda: 1e10 }, best: null, chosen: false },
    ],
    'model2, seed 1000',
  );
  expect(table.split('\n')).toEqual([
    'model2, seed 1000: validation at the epoch with the lowest classification loss',
    'trial               epoch    loss  mAUROC      AP      PA',
    'lambda-0.01            12  0.4322  0.7123     n/a  0.8000  best',
    'lambda-10000000000    n/a     n/a     n/a     n/a     n/a  diverged',
  ]);
});
