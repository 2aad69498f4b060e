import { z } from 'zod';
import { list, number } from '../columns/column.ts';
import { dataset, finding, model, oneSeed, view } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const roc = tableShape('roc', 'Thinned ROC curves of each model, seed, finding and view.', {
  dataset,
  model,
  seed: oneSeed,
  finding,
  view,
  points: list(
    z.tuple([z.number(), z.number()]),
    '[false positive rate, true positive rate], from [0, 0] to [1, 1]',
  ),
  area_error: number('area under the points minus the AUROC', 'AUROC'),
});
