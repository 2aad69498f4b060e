import { expect, test } from 'vitest';
import { modelConfig, trainConfig } from './train-config.ts';
import { trialName, withTrial } from './trial.ts';

test('a trial is named by its values, whatever their order', () => {
  expect(trialName({ lambda: 0.1 })).toBe('lambda-0.1');
  expect(trialName({ weightDecay: 0, learningRate: 0.001 })).toBe('learning-rate-0.001-weight-decay-0');
  expect(trialName({ learningRate: 1e-7 })).toBe('learning-rate-1e-7');
});

test('a trial replaces what it sets, and nothing else', () => {
  const common = trainConfig.parse({ learningRate: 0.5, weightDecay: 0.2 });
  const model = modelConfig.parse({ decoder: { lambda: 3, loss: 'ssim' } });
  const settings = { common, model, name: 'model2' };
  expect(withTrial(settings, {})).toEqual(settings);
  expect(withTrial(settings, { learningRate: 0.1, lambda: 0 })).toEqual({
    common: { ...common, learningRate: 0.1 },
    model: { ...model, decoder: { ...model.decoder, lambda: 0 } },
    name: 'model2',
  });
  const plain = modelConfig.parse({});
  expect(withTrial({ common, model: plain }, { weightDecay: 0 })).toEqual({
    common: { ...common, weightDecay: 0 },
    model: plain,
  });
});
