import { estimate, interval, word } from '../columns/column.ts';
import { basis, clusters, dataset, finding, fromModel, note, toModel } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const absGapChanges = tableShape(
  'abs_gap_changes',
  'Changes of the size of the gap from one model to another, the mean over seeds.',
  {
    dataset,
    of: word(
      ['change_of_abs_gap', 'change_of_abs_mean_gap', 'change_of_mean_abs_gap'],
      'change_of_abs_gap: |gap2| - |gap1| of one finding; for `mean`: of |mean gap| (change_of_abs_mean_gap) or of mean |gap| (change_of_mean_abs_gap)',
    ),
    from_model: fromModel,
    to_model: toModel,
    finding,
    estimate: estimate('the second model minus the first', 'AUROC'),
    ...interval('ci', 'interval, projected from the joint region of the gaps', 'AUROC'),
    clusters,
    basis,
    note,
  },
);
