import { estimate, interval, word } from './column.ts';
import { dataset, finding, model, note, seed, view } from './shared-columns.ts';
import { tableShape } from './table.ts';

export const operatingPoints = tableShape(
  'operating_points',
  'Sensitivity, specificity and predictive values at one threshold for both views.',
  {
    dataset,
    model,
    seed,
    finding,
    view,
    measure: word(['sensitivity', 'specificity', 'ppv', 'npv'], 'what share it is'),
    threshold: estimate('from the validation images of all data sets, by Youden', 'score'),
    value: estimate('the share', 'share'),
    se: estimate('standard error, clustered by patient', 'share'),
    ci: interval('confidence interval', 'share'),
    note,
  },
);
