import { expect, test } from 'vitest';
import {
  confidence,
  count,
  findingName,
  fixed,
  letter,
  modelName,
  pPhrase,
  pValue,
  signed,
} from './format.ts';

test('numbers have three decimals, and zero has no sign', () => {
  expect(fixed(0.71249)).toBe('0.712');
  expect(fixed(-0.00049)).toBe('0.000');
  expect(signed(0.0123)).toBe('+0.012');
  expect(signed(-0.0123)).toBe('-0.012');
  expect(signed(0.0004)).toBe('0.000');
});

test('small p-values are bounded, not rounded to zero', () => {
  expect(pValue(0.00099)).toBe('<0.001');
  expect(pPhrase(0.00001)).toBe('p < 0.001');
  expect(pPhrase(0.0341)).toBe('p = 0.034');
});

test('names and counts as people write them', () => {
  expect(count(1600905)).toBe('1,600,905');
  expect(count(892)).toBe('892');
  expect(confidence(0.95)).toBe('95 %');
  expect(modelName('model2')).toBe('Model 2');
  expect(modelName('densenet')).toBe('densenet');
  expect(findingName('PTX')).toBe('PTX pneumothorax');
  expect(findingName('edema')).toBe('edema');
  expect([0, 25, 26, 51, 52].map(letter)).toEqual(['a', 'z', 'aa', 'az', 'ba']);
});
