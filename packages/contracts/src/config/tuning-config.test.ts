import { describe, expect, test } from 'vitest';
import { mistakes as mistakesIn } from '../../test/mistakes.ts';
import { parsePipeline } from './pipeline-file.ts';
import { trialsOf } from './tuning-config.ts';

const COMMON = [{ learningRate: 0.001 }, { learningRate: 0.003, weightDecay: 0.01 }];
const LAMBDAS = [{ lambda: 0.1 }, { lambda: 1 }];
const EQUAL = { seed: 1000, common: COMMON, models: { model2: LAMBDAS } };

function pipeline(tuning: unknown, train: object = {}, evaluate: object = {}): string {
  return JSON.stringify({
    sources: { nih: { adapter: 'nih-chestxray14', root: '.' } },
    train: {
      seeds: [0, 1],
      models: {
        model1: {},
        model2: { decoder: {} },
        longer: { control: { flopsOf: 'model2' } },
      },
      tuning,
      ...train,
    },
    evaluate,
  });
}

const mistakes = (...of: Parameters<typeof pipeline>) => mistakesIn(pipeline(...of));

test('nothing is tuned unless it is asked for', () => {
  const { train } = parsePipeline(pipeline(undefined), 'pipeline.json');
  expect(train.tuning).toBe(null);
  expect(trialsOf(train.tuning, 'model1')).toEqual({});
});

test('the trials of common are those of the model that changes are measured from; controls have none', () => {
  const { train } = parsePipeline(pipeline(EQUAL), 'pipeline.json');
  expect(trialsOf(train.tuning, 'model1')).toEqual({ model1: COMMON, model2: LAMBDAS });
});

test('the model that changes are measured from may have a decoder: then its lambda stands', () => {
  const models = { model1: {}, model2: { decoder: {} }, model3: { decoder: { loss: 'ssim' } } };
  const tuning = { seed: 9, common: COMMON, models: { model3: LAMBDAS } };
  expect(mistakes(tuning, { models }, { from: 'model2', to: 'model3' })).toEqual([]);
});

describe('is refused, with its path:', () => {
  test.each<[string, unknown, string[]]>([
    [
      'fewer trials of one model than of another',
      { ...EQUAL, models: { model2: [...LAMBDAS, { lambda: 3 }] } },
      [
        'train.tuning.models.model2: [{"lambda":0.1},{"lambda":1},{"lambda":3}], 3 trials where common has 2: budgets differ',
      ],
    ],
    [
      'no trial of a model that has a decoder',
      { ...EQUAL, models: {} },
      ['train.tuning.models: {}, no trials of model2 where common has 2: budgets differ'],
    ],
    [
      'a tuning seed that is reported',
      { ...EQUAL, seed: 1 },
      ['train.tuning.seed: 1, is one of train.seeds: what is reported would have been chosen on itself'],
    ],
    [
      'trials of a model that there is not',
      { ...EQUAL, models: { model2: LAMBDAS, modell: LAMBDAS } },
      [
        'train.tuning.models.modell: "modell" is no model with a decoder, beside evaluate.from and controls, did you mean "model2"?',
      ],
    ],
    [
      'trials of a model without a decoder, and of a control',
      { ...EQUAL, models: { model1: LAMBDAS, model2: LAMBDAS, longer: LAMBDAS } },
      [
        expect.stringMatching(/^train\.tuning\.models\.model1: "model1" is no model with a decoder/),
        expect.stringMatching(/^train\.tuning\.models\.longer: "longer" is no model with a decoder/),
      ],
    ],
    [
      'the same trial twice',
      { ...EQUAL, models: { model2: [{ lambda: 1 }, { lambda: 1.0 }] } },
      ['train.tuning.models.model2.1: {"lambda":1}, is tried twice'],
    ],
    [
      'a trial of another setting',
      { ...EQUAL, common: [{ learningRate: 0.1 }, { epochs: 3 }] },
      [
        'train.tuning.common.1.epochs: unknown key, known: learningRate, weightDecay',
        'train.tuning.common.1: {"epochs":3}, tries nothing',
      ],
    ],
    [
      'a trial of nothing',
      { ...EQUAL, common: [{ learningRate: 0.1 }, {}] },
      ['train.tuning.common.1: {}, tries nothing'],
    ],
    [
      'a value that no training takes',
      { ...EQUAL, models: { model2: [{ lambda: 1 }, { lambda: -1 }] } },
      [expect.stringMatching(/^train\.tuning\.models\.model2\.1\.lambda: -1, /)],
    ],
    [
      'a choice of one',
      { ...EQUAL, common: [{ learningRate: 0.1 }] },
      [expect.stringMatching(/^train\.tuning\.common: \[\{"learningRate":0\.1\}\], /)],
    ],
  ])('%s', (_what, tuning, expected) => {
    expect(mistakes(tuning)).toEqual(expected);
  });

  test('what is wrong beside it is reported too', () => {
    expect(mistakes({ ...EQUAL, seed: 0 }, { common: { epochs: 0 } })).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^train\.common\.epochs: 0, /),
        expect.stringMatching(/^train\.tuning\.seed: 0, is one of train\.seeds/),
      ]),
    );
  });
});
