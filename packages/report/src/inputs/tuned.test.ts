import type { TrialResult } from '@viewgap/artifacts';
import type { TrialValues } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { testTraining } from '../../test/testing.ts';
import { budgetSentence, scoredSentence, tuningTable } from '../tables/tuning-table.ts';
import type { TrainInput } from './fair-comparison.ts';
import { choiceOf, refuseUntuned, type Tuned } from './tuned.ts';

const rebuild = (model: string, seed: number) => `run: train/${model}/seed-${seed}`;

function trial(values: TrialValues, classification: number | null, chosen = false): TrialResult {
  const auroc = { all: 0.7, AP: null, PA: 0.72 };
  return { values, best: classification === null ? null : { epoch: 3, classification, auroc }, chosen };
}

const RATES: Tuned = {
  model: 'model1',
  trials: [trial({ learningRate: 0.1 }, null), trial({ learningRate: 0.001, weightDecay: 0 }, 0.41, true)],
};
const LAMBDAS: Tuned = {
  model: 'model2',
  trials: [trial({ lambda: 0.1 }, 0.4, true), trial({ lambda: 1 }, 0.4)],
};

function training(model: string, tuned: TrialValues | null): TrainInput {
  const manifest = {
    schema: 1 as const,
    stage: 'train',
    inputs: {},
    config: { ...testTraining(model), tuned },
    files: [],
    counts: {},
  };
  return { model, seed: 0, artifact: { folder: `runs/${model}`, manifest, sha256: '' } };
}

const SHARED = { learningRate: 0.001, weightDecay: 0 };
const FROZEN = [
  training('model1', SHARED),
  training('model2', { ...SHARED, lambda: 0.1 }),
  training('longer', SHARED),
];

test('every model has what the first one chose, and its own choice', () => {
  expect(choiceOf(RATES)).toEqual(SHARED);
  refuseUntuned([RATES, LAMBDAS], FROZEN, 'model1', rebuild);
  refuseUntuned([], [training('model1', null), training('model2', null)], 'model1', rebuild);
});

test('a training without what was chosen is refused, with what it has and what makes it again', () => {
  const stale = [training('model1', SHARED), training('model2', { ...SHARED, lambda: 1 })];
  expect(() => refuseUntuned([RATES, LAMBDAS], stale, 'model1', rebuild)).toThrow(
    'a training did not use the settings that its trials chose: model2, seed 0: {"lambda":1,"learningRate":0.001,"weightDecay":0} instead of {"lambda":0.1,"learningRate":0.001,"weightDecay":0} (run: train/model2/seed-0)',
  );
  expect(() => refuseUntuned([], FROZEN, 'model1', rebuild)).toThrow('instead of null');
  const untuned = [training('model1', null)];
  expect(() => refuseUntuned([RATES, LAMBDAS], untuned, 'model1', rebuild)).toThrow('null instead of');
});

test('models that had unequal numbers of trials are not compared', () => {
  const more = { ...LAMBDAS, trials: [...LAMBDAS.trials, trial({ lambda: 3 }, 0.5)] };
  expect(() => refuseUntuned([RATES, more], FROZEN, 'model1', rebuild)).toThrow(
    'models that had unequal numbers of trials: model1 2, model2 3 (correct train.tuning)',
  );
});

test('the table has every trial, and says of one without a loss that it diverged', () => {
  const { rows } = tuningTable([RATES, LAMBDAS]);
  expect(
    rows.map(({ values }) => [values.model, values.lambda, values.classification, values.chosen]),
  ).toEqual([
    ['model1', undefined, null, ''],
    ['model1', undefined, 0.41, 'yes'],
    ['model2', '0.1', 0.4, 'yes'],
    ['model2', '1', 0.4, ''],
  ]);
  expect(rows[0]?.notes?.classification).toBe('the training diverged');
  expect(rows[1]).toMatchObject({ values: { learning_rate: '0.001', weight_decay: '0' }, strong: true });
  expect(tuningTable([]).rows).toEqual([]);
});

test('the budgets are said, or that nothing was tuned', () => {
  expect(budgetSentence([RATES, LAMBDAS])).toBe(
    'Budgets are equal: 2 trials each of Model 1 and Model 2, on validation images alone. Chosen: learning rate 0.001 and weight decay 0 by Model 1\u2019s; lambda 0.1 by Model 2\u2019s; what Model 1\u2019s chose holds for all models.',
  );
  expect(budgetSentence([])).toBe('No setting was tuned: all stand in pipeline.json.');
});

test('the report says how often external sets were looked at, and what that does to p-values', () => {
  expect(scoredSentence({ configurations: 3, sets: { private: 3 } })).toBe(
    '3 configurations ever scored an external set (private 3); p-values take no account of those beyond the models compared here.',
  );
});
