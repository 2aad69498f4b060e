import { expect, test } from 'vitest';
import { DEFAULT_FINDINGS, DEFAULT_TITLES, labelColumn } from './finding.ts';

test('the five findings of the study stand in the order of its abstract, each with its name', () => {
  expect(DEFAULT_FINDINGS.map((finding) => [finding, DEFAULT_TITLES[finding]])).toEqual([
    ['CSN', 'consolidation'],
    ['PTX', 'pneumothorax'],
    ['NDL', 'nodule or mass'],
    ['FIB', 'fibrosis'],
    ['PEF', 'pleural effusion'],
  ]);
});

test('a finding has a column of its own', () => {
  expect(DEFAULT_FINDINGS.map(labelColumn)).toEqual([
    'label_csn',
    'label_ptx',
    'label_ndl',
    'label_fib',
    'label_pef',
  ]);
});
