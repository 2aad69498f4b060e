import { describe, expect, test } from 'vitest';
import { historyLine } from './history.ts';
import { type Metrics, metrics } from './metrics.ts';

const cell = {
  dataset: 'nih',
  model: 'model1',
  seed: null,
  finding: 'FIB',
  view: 'AP' as const,
  mean_over: 'none' as const,
  n: 20,
  positives: 0,
  positive_clusters: 0,
  negative_clusters: 20,
  estimate: null,
  se: null,
  ci_low: null,
  ci_high: null,
  df: null,
  clusters: 20,
  basis: 'weights' as const,
  weights_se: null,
  weights_ci_low: null,
  weights_ci_high: null,
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
    primary_minimum: 20,
    few_patients: 50,
    no_test_below: 5,
    margin: null,
    threshold_rule: 'specificity',
    specificity: 0.9,
    bootstrap: 0,
    family: 'findings',
  },
  primary_tests: [],
  cells: [cell],
  gaps: [],
  changes: [],
  narrowing: [],
  abs_gap_changes: [],
  worst_views: [],
  pooled_changes: [],
  checks: [],
  controls: [],
  image_level: [],
  bootstrap: [],
  sensitivity: [],
  adjusted: [],
  balance: [],
  calibration: [],
  calibration_gaps: [],
  operating_points: [],
  sources: [],
  sites: [],
  label_error: [],
  groups: [],
  power: [],
  roc: [],
};

describe('metrics.json', () => {
  test('survives JSON, with null and its reason where a number cannot be computed', () => {
    expect(metrics.parse(JSON.parse(JSON.stringify(EMPTY)))).toEqual(EMPTY);
  });

  test.each([
    ['NaN, which JSON would turn into null', { ...EMPTY, cells: [{ ...cell, estimate: Number.NaN }] }],
    ['an unknown view', { ...EMPTY, cells: [{ ...cell, view: 'LATERAL' }] }],
    ['an interval with one end', { ...EMPTY, cells: [{ ...cell, ci_low: undefined }] }],
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
