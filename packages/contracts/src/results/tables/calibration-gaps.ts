import { calibratedScores } from './calibration.ts';
import { estimate, interval, word } from './column.ts';
import { dataset, finding, model, note, seed } from './shared-columns.ts';
import { tableShape } from './table.ts';

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
    ap_minus_pa: estimate('the difference', null),
    se: estimate('standard error of the difference, clustered by patient', null),
    ci: interval('confidence interval of the difference', null),
    note,
  },
);
