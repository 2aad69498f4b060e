import { expect, test } from 'vitest';
import { type TestTraining, testTraining } from '../../test/testing.ts';
import { controlChanges, fairPairs, type TrainInput } from './fair-comparison.ts';

const MODELS = { from: 'model1', to: 'model2' };
const rebuild = (model: string, seed: number) => `run: train/${model}/seed-${seed}`;

function training(
  model: string,
  seed: number,
  otherwise: Partial<TestTraining> = {},
  catalog = 'c',
): TrainInput {
  const manifest = {
    schema: 1 as const,
    stage: 'train',
    inputs: { catalog: catalog.repeat(64) },
    config: { ...testTraining(model), seed, ...otherwise },
    files: [],
    counts: {},
  };
  return { model, seed, artifact: { folder: `runs/${model}`, manifest, sha256: '' } };
}

const { fairness, common } = testTraining('model1');

test('two trainings that share all but the decoder are a pair, with the hashes of what they share', () => {
  const trains = [0, 1].flatMap((seed) => [training('model1', seed), training('model2', seed)]);
  expect(fairPairs(trains, MODELS, rebuild)).toEqual([
    { seed: 0, fairness },
    { seed: 1, fairness },
  ]);
});

test.each([
  ['initial_weights', { fairness: { ...fairness, initial_weights: '9'.repeat(64) } }],
  ['batch_order', { fairness: { ...fairness, batch_order: '9'.repeat(64) } }],
  ['augmentations', { fairness: { ...fairness, augmentations: '9'.repeat(64) } }],
  ['steps', { fairness: { ...fairness, steps: 1 } }],
  ['common.learningRate', { common: { ...common, learningRate: 0.002 } }],
  ['size', { size: 128 }],
])('another %s is refused, with the models, the seed and the cure', (name, otherwise) => {
  const trains = [training('model1', 3), training('model2', 3, otherwise)];
  expect(() => fairPairs(trains, MODELS, rebuild)).toThrow(
    `the compared models were not trained alike: model1 and model2, seed 3, differ in ${name} (train both from the same section of one pipeline.json; run: train/model1/seed-3; run: train/model2/seed-3)`,
  );
});

test('another catalog is refused, and all that differs is named at once', () => {
  const other = { fairness: { ...fairness, steps: 1 } };
  const trains = [
    training('model1', 0),
    training('model2', 0, other, 'd'),
    training('model1', 1),
    training('model2', 1, other),
  ];
  expect(() => fairPairs(trains, MODELS, rebuild)).toThrow(
    /seed 0, differ in steps, catalog; model1 and model2, seed 1, differ in steps \(/,
  );
});

test('a seed or a model that is not compared is no pair', () => {
  const odd = { size: 128 };
  const trains = [training('model1', 0), training('model2', 1, odd), training('model3', 0, odd)];
  expect(fairPairs(trains, MODELS, rebuild)).toEqual([]);
});

test('a manifest that does not say how it was trained, or is of another seed, is refused', () => {
  const silent = training('model2', 0, { fairness: undefined } as unknown as Partial<TestTraining>);
  expect(() => fairPairs([training('model1', 0), silent], MODELS, rebuild)).toThrow(
    'the train artifact was written by another version: runs/model2 (run: train/model2/seed-0)',
  );
  expect(() =>
    fairPairs([training('model1', 0), training('model2', 0, { seed: 5 })], MODELS, rebuild),
  ).toThrow('the train artifact of model2 is not of seed 0: seed 5 (run: train/model2/seed-0)');
});

const control = (changes: object, otherwise: Partial<TestTraining>) => ({
  model: { decoder: null, control: changes },
  ...otherwise,
});

test('a control is refused in the primary comparison, with what it changes', () => {
  const longer = control({ flopsOf: 'model2' }, { fairness: { ...fairness, steps: 2 * fairness.steps } });
  expect(() => fairPairs([training('model1', 0), training('model2', 0, longer)], MODELS, rebuild)).toThrow(
    'a control is no part of the primary comparison: model2, which changes flopsOf (name models without a control in evaluate.from and evaluate.to)',
  );
});

test('beside it a control is named with all that it changed', () => {
  const changed = {
    common: { ...common, steps: 2 * fairness.steps, learningRate: 0.0005 },
    fairness: { ...fairness, steps: 2 * fairness.steps, batch_order: '9'.repeat(64) },
  };
  const trains = [
    training('model1', 0),
    training('model2', 0),
    training('longer', 0, control({ flopsOf: 'model2', learningRate: 0.0005 }, changed)),
  ];
  expect(fairPairs(trains, MODELS, rebuild)).toHaveLength(1);
  expect(controlChanges(trains, 'model1', rebuild)).toEqual([
    {
      model: 'longer',
      changes: [
        `steps ${2 * fairness.steps} instead of ${fairness.steps}`,
        `learningRate 0.0005 instead of ${common.learningRate}`,
      ],
    },
  ]);
});
