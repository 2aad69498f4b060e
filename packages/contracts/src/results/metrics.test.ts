import { describe, expect, test } from 'vitest';
import { historyLine } from './history.ts';
import { type Metrics, metrics } from './metrics.ts';

const cell = {
  dataset: 'nih',
  model: 'model1',
  seed: null,
  finding: 'FIB',
  view: 'AP' as const,
  n: 20,
  positives: 0,
  patients: 20,
  auroc: null,
  se: null,
  ci: null,
  auprc: null,
  note: 'no image with the finding',
};

const EMPTY: Metrics = {
  schema: 1,
  datasets: [],
  models: ['model1', 'model2'],
  seeds: [0],
  findings: ['FIB'],
  primary: null,
  settings: {
    from: 'model1',
    to: 'model2',
    cluster: 'patient',
    level: 0.95,
    few_patients: 50,
    no_test_below: 5,
    margin: null,
    bootstrap: 0,
    family: 'findings',
  },
  primary_tests: [],
  cells: [cell],
  gaps: [],
  changes: [],
  abs_gap_changes: [],
  checks: [],
  controls: [],
  image_level: [],
  bootstrap: [],
  sensitivity: [],
  adjusted: [],
  calibration: [],
  calibration_gaps: [],
  operating_points: [],
  sources: [],
  power: [],
  roc: [],
};

describe('metrics.json', () => {
  test('survives JSON, with null and its reason where a number cannot be computed', () => {
    expect(metrics.parse(JSON.parse(JSON.stringify(EMPTY)))).toEqual(EMPTY);
  });

  test.each([
    ['NaN, which JSON would turn into null', { ...EMPTY, cells: [{ ...cell, auroc: Number.NaN }] }],
    ['an unknown view', { ...EMPTY, cells: [{ ...cell, view: 'LATERAL' }] }],
    ['an interval with one end', { ...EMPTY, cells: [{ ...cell, ci: [0.5] }] }],
    ['a key that no reader was promised', { ...EMPTY, cells: [{ ...cell, f1: 0.5 }] }],
    ['a missing note', { ...EMPTY, cells: [{ ...cell, note: undefined }] }],
    ['another schema', { ...EMPTY, schema: 2 }],
  ])('refuses %s', (_, value) => {
    expect(metrics.safeParse(value).success).toBe(false);
  });
});

describe('a line of history.jsonl', () => {
  const line = {
    epoch: 1,
    step: 10,
    train: { classification: 0.4, reconstruction: null },
    val: { classification: 0.5, reconstruction: null, auroc: { all: 0.6, AP: null, PA: 0.6 } },
    best: true,
  };

  test('is an epoch, counted from 1', () => {
    expect(historyLine.parse(line)).toEqual(line);
    expect(historyLine.safeParse({ ...line, epoch: 0 }).success).toBe(false);
  });

  test('refuses a loss that is no number', () => {
    const bad = { ...line, train: { classification: Number.NaN, reconstruction: null } };
    expect(historyLine.safeParse(bad).success).toBe(false);
  });
});
