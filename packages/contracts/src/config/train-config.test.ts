import { describe, expect, test } from 'vitest';
import { mistakes, SMALLEST } from '../../test/mistakes.ts';

describe('a mistake is reported with its path, its value and the nearest name:', () => {
  test.each<[string, unknown, string]>([
    [
      'an unknown key of the training',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { batchsize: 3 } } },
      'train.common.batchsize: unknown key, did you mean "batchSize"?',
    ],
    [
      'an unknown key of the augmentation',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { augment: { rotat: 3 } } } },
      'train.common.augment.rotat: unknown key, did you mean "rotate"?',
    ],
    [
      'the earlier name of a key of the training',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { microBatches: 2 } } },
      'train.common.microBatches: is called gradientAccumulation now',
    ],
    [
      'another of these',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { weightAverage: 0.9 } } },
      'train.common.weightAverage: is called emaDecay now',
    ],
    [
      'an unknown key of a model',
      { ...SMALLEST, train: { models: { ...SMALLEST.train.models, model2: { decodr: {} } } } },
      'train.models.model2.decodr: unknown key, did you mean "decoder"?',
    ],
    [
      'an unknown key of a decoder',
      { ...SMALLEST, train: { models: { ...SMALLEST.train.models, model2: { decoder: { lamda: 1 } } } } },
      'train.models.model2.decoder.lamda: unknown key, did you mean "lambda"?',
    ],
    [
      'an unknown key of an encoder',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { encoder: { kind: 'residual' } } } },
      'train.common.encoder.kind: unknown key, known: name, widths, weights, freeze',
    ],
    [
      'an unknown encoder',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { encoder: { name: 'resnet5' } } } },
      'train.common.encoder.name: "resnet5" is not valid, did you mean "resnet50"?',
    ],
    [
      'widths of an encoder that has its own',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { encoder: { name: 'resnet18', widths: [8] } } } },
      'train.common.encoder.widths: [8], only residual has widths, not resnet18',
    ],
    [
      'weights for the encoder from scratch',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { encoder: { weights: 'imagenet' } } } },
      'train.common.encoder.weights: "imagenet", residual starts at random',
    ],
    [
      'ImageNet weights for an encoder that has none',
      {
        ...SMALLEST,
        train: { ...SMALLEST.train, common: { encoder: { name: 'resnet50', weights: 'imagenet' } } },
      },
      'train.common.encoder.weights: "imagenet", exists for resnet50-v1, not for resnet50: name that encoder, or a file',
    ],
    [
      'parts of a batch that do not divide it',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { batchSize: 32, gradientAccumulation: 3 } } },
      'train.common.gradientAccumulation: 3, does not divide a batchSize of 32 into parts of 2 or more',
    ],
    [
      'a weight of a finding that is none',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { positiveWeights: 'balance' } } },
      expect.stringMatching(/^train.common.positiveWeights: "balance"/),
    ],
    [
      'a weight of a finding that the study has not',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { positiveWeights: { PTX: 2, ATE: 3 } } } },
      'train.common.positiveWeights.ATE: "ATE" names no finding of `findings`, known (the nearest first): PTX, CSN, NDL, FIB, PEF',
    ],
    [
      'a control of as many operations as a model that is none',
      {
        ...SMALLEST,
        train: { models: { ...SMALLEST.train.models, longer: { control: { flopsOf: 'model3' } } } },
      },
      'train.models.longer.control.flopsOf: "model3" names no other model of train.models that is no control, did you mean "model1"?',
    ],
    [
      'a control that says twice how long to train',
      {
        ...SMALLEST,
        train: { models: { ...SMALLEST.train.models, longer: { control: { epochs: 1, steps: 2 } } } },
      },
      'train.models.longer.control: {"epochs":1,"steps":2}, says twice how long to train',
    ],
    [
      'an output fraction that is none',
      {
        ...SMALLEST,
        train: { models: { ...SMALLEST.train.models, model2: { decoder: { outputFraction: 0.75 } } } },
      },
      'train.models.model2.decoder.outputFraction: 0.75 is not valid, did you mean "0.5"?',
    ],
    [
      'a number out of range',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { epochs: 0 } } },
      'train.common.epochs: 0, too small: expected number to be >=1',
    ],
    [
      'a seed that is named twice',
      { ...SMALLEST, train: { ...SMALLEST.train, seeds: [0, 1, 0] } },
      'train.seeds: [0,1,0], names a seed twice',
    ],
    [
      'a seed that is no number',
      { ...SMALLEST, train: { ...SMALLEST.train, seeds: [0, '1'] } },
      'train.seeds.1: "1", invalid input: expected number, received string',
    ],
  ])('%s', (_, text, expected) => {
    expect(mistakes(text)).toEqual([expected]);
  });
});
