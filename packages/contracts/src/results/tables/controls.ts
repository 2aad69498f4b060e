import { estimate, interval, word } from '../columns/column.ts';
import { dataset, model, note, standardError } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const controls = tableShape('controls', 'Negative controls, whose values are known before.', {
  dataset,
  control: word(
    ['permuted-labels', 'identical-models'],
    'permuted-labels: mAUROC, 0.5 within its error; identical-models: largest change of a model to itself, exactly 0',
  ),
  model,
  estimate: estimate('the mAUROC, or the change', 'AUROC'),
  se: standardError,
  ...interval('ci', 'confidence interval', 'AUROC'),
  note,
});
