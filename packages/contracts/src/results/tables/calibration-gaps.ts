import { estimate, interval, orNull, word } from '../columns/column.ts';
import { clusters, dataset, finding, model, note, seed } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';
import { calibratedScores } from './calibration.ts';

export const calibrationGaps = tableShape(
  'calibration_gaps',
  'How calibration in AP differs from that in PA.',
  {
    dataset,
    model,
    seed,
    finding,
    scores: calibratedScores,
    of: word(['intercept', 'slope', 'brier'], 'the measure of calibration'),
    ap: estimate('the measure in AP', null),
    pa: estimate('the measure in PA', null),
    estimate: estimate('the measure in AP minus that in PA', null),
    se: estimate('standard error of the difference, clustered', null),
    ...interval('ci', 'confidence interval of the difference', null),
    clusters: orNull(clusters),
    note,
  },
);
