import { expect, test } from 'vitest';
import { FINDING_NAMES, FINDINGS, labelColumn } from './finding.ts';

test('the five findings of the study stand in the order of its abstract, each with its name', () => {
  expect(FINDINGS.map((finding) => [finding, FINDING_NAMES[finding]])).toEqual([
    ['CSN', 'consolidation'],
    ['PTX', 'pneumothorax'],
    ['NDL', 'nodule or mass'],
    ['FIB', 'fibrosis'],
    ['PEF', 'pleural effusion'],
  ]);
});

test('a finding has a column of its own', () => {
  expect(FINDINGS.map(labelColumn)).toEqual([
    'label_csn',
    'label_ptx',
    'label_ndl',
    'label_fib',
    'label_pef',
  ]);
});
