import { z } from 'zod';
import { estimate, integer, interval, list, word } from '../columns/column.ts';
import { dataset, finding, model, note, seed, view } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

const bin = z.strictObject({ n: z.int(), predicted: z.number(), observed: z.number() });

export const calibratedScores = word(
  ['raw', 'scaled'],
  'scaled: after a logistic scaling fitted on the validation images',
);

export const calibration = tableShape('calibration', 'How well probabilities agree with what happened.', {
  dataset,
  model,
  seed,
  finding,
  view,
  scores: calibratedScores,
  n: integer('images with a known label', 'images'),
  intercept: estimate(
    'calibration in the large, the slope held at 1: 0 where calibrated, above 0 where probabilities are too low',
    'logit',
  ),
  ...interval('intercept_ci', 'confidence interval, clustered', 'logit'),
  slope: estimate('of the logistic regression of the label on the logit: 1 where calibrated', null),
  ...interval('slope_ci', 'confidence interval, clustered', null),
  brier: estimate('mean squared error of the probability', null),
  ece: estimate('expected calibration error over ten bins of equal mass', 'probability'),
  points: list(bin, 'reliability: images, mean probability and share of positives of each bin'),
  note,
});
