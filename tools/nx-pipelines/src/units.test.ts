import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  closeWorkspace,
  inputsOf,
  openWorkspace,
  pipelineFile,
  projectsOf,
  STUDY,
  TINY,
  targetsOf,
  waitsFor,
} from '../test/inferred.ts';

beforeEach(openWorkspace);
afterEach(closeWorkspace);

test('a control of as many operations as another model is trained again when that one changes', () => {
  const models = { model1: {}, model2: { decoder: {} }, longer: { control: { flopsOf: 'model2' } } };
  const targets = targetsOf(pipelineFile('demo', { ...TINY, train: { models } }));
  const fieldsOf = (model: string) => inputsOf(targets[`demo/train/${model}/seed-0:train`], 'fields');
  expect(fieldsOf('longer')).toEqual(['train.common', 'train.models.longer', 'train.models.model2']);
  expect(fieldsOf('model2')).toEqual(['train.common', 'train.models.model2']);
  const unknown = { model1: { control: { flopsOf: 'model7' } } };
  expect(() => targetsOf(pipelineFile('other', { ...TINY, train: { models: unknown } }))).not.toThrow();
});

test('a seed more adds its own two projects, and changes evaluate and report alone', () => {
  const withSeeds = (seeds: number[]) =>
    projectsOf(pipelineFile('demo', { ...STUDY, train: { seeds, models: { model1: {} } } }));
  const before = withSeeds([0]);
  const after = withSeeds([0, 1]);
  const changed = Object.keys(after).filter(
    (name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]),
  );
  expect(changed.sort()).toEqual([
    'demo/evaluate',
    'demo/predict/model1/seed-1',
    'demo/report',
    'demo/train/model1/seed-1',
  ]);
});

describe('a pipeline that tunes', () => {
  const TUNED = {
    ...STUDY,
    train: {
      ...STUDY.train,
      seeds: [0],
      models: { model1: {}, model2: { decoder: {} }, longer: { control: { flopsOf: 'model2' } } },
      tuning: {
        seed: 1000,
        common: [{ learningRate: 0.001 }, { learningRate: 0.003, weightDecay: 0.01 }],
        models: { model2: [{ lambda: 0.1 }, { lambda: 1 }] },
      },
    },
  };
  const targets = () => targetsOf(pipelineFile('demo', TUNED));
  const manifestsOf = (target: string) => inputsOf(targets()[target], 'dependentTasksOutputFiles');
  const fieldsOf = (target: string) => inputsOf(targets()[target], 'fields');

  test('has a target for each trial, one that chooses for each model, and no prediction of a trial', () => {
    const rates = ['learning-rate-0.001', 'learning-rate-0.003-weight-decay-0.01'];
    const waits = Object.fromEntries(
      Object.entries(targets())
        .filter(([name]) => /^demo\/(trial|tune|train)\//.test(name))
        .map(([name, target]) => [name, waitsFor(target)]),
    );
    const tune = (model: string) => `demo/tune/${model}:tune`;
    const [catalog, prepare] = ['demo/catalog:catalog', 'engine:prepare'];
    expect(waits).toEqual({
      ...Object.fromEntries(rates.map((rate) => [`demo/trial/model1/${rate}:trial`, [catalog, prepare]])),
      [tune('model1')]: rates.map((rate) => `demo/trial/model1/${rate}:trial`),
      'demo/trial/model2/lambda-0.1:trial': [catalog, tune('model1'), prepare],
      'demo/trial/model2/lambda-1:trial': [catalog, tune('model1'), prepare],
      [tune('model2')]: ['demo/trial/model2/lambda-0.1:trial', 'demo/trial/model2/lambda-1:trial'],
      'demo/train/model1/seed-0:train': [catalog, tune('model1'), prepare],
      'demo/train/model2/seed-0:train': [catalog, tune('model1'), tune('model2'), prepare],
      'demo/train/longer/seed-0:train': [catalog, tune('model1'), prepare],
    });
    expect(Object.keys(targets()).filter((name) => name.endsWith(':predict'))).toHaveLength(3);
    expect(waitsFor(targets()['demo/report:report'])).toEqual(
      expect.arrayContaining([tune('model1'), tune('model2')]),
    );
  });

  test('trains again for another choice alone: not for a trial that loses', () => {
    expect(manifestsOf('demo/train/model2/seed-0:train')).toEqual([
      '.viewgap/engine/engine.json',
      '**/catalog/manifest.json',
      '**/tune/model1/choice.json',
      '**/tune/model2/choice.json',
    ]);
    expect(manifestsOf('demo/trial/model2/lambda-1:trial')).toEqual([
      '.viewgap/engine/engine.json',
      '**/catalog/manifest.json',
      '**/tune/model1/choice.json',
    ]);
    expect(fieldsOf('demo/trial/model2/lambda-1:trial')).toEqual([
      'train.common',
      'train.models.model2',
      'train.tuning.seed',
    ]);
    expect(fieldsOf('demo/tune/model1:tune')).toEqual(['train.tuning.common']);
    expect(manifestsOf('demo/report:report')).toContain('**/tune/model2/manifest.json');
  });

  test('has another trial for another value, and the others as they are', () => {
    const tuning = { ...TUNED.train.tuning, models: { model2: [{ lambda: 0.2 }, { lambda: 1 }] } };
    const before = projectsOf(pipelineFile('demo', TUNED));
    const after = projectsOf(pipelineFile('demo', { ...TUNED, train: { ...TUNED.train, tuning } }));
    const same = (name: string) => JSON.stringify(after[name]) === JSON.stringify(before[name]);
    expect(Object.keys(after).filter((name) => !same(name))).toEqual([
      'demo/trial/model2/lambda-0.2',
      'demo/tune/model2',
    ]);
  });

  test.each([
    ['of the wrong kind', 3],
    ['with no trials of the model that all others begin with', { models: { model2: [{ lambda: 1 }] } }],
    ['with trials that are none', { common: [3, null, {}, { learningRate: 'x' }] }],
  ])('a section %s is left to the command to refuse', (_what, tuning) => {
    const broken = pipelineFile('demo', { ...TUNED, train: { ...TUNED.train, tuning } });
    const units = Object.keys(targetsOf(broken));
    expect(units.filter((name) => /:(trial|tune)$/.test(name))).toEqual([]);
    expect(units).toContain('demo/train/model2/seed-0:train');
  });
});
