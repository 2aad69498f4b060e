import { estimate, word } from './column.ts';
import { confidence, dataset, finding, from, note, seed, to } from './shared-columns.ts';
import { tableShape } from './table.ts';

export const absGapChanges = tableShape(
  'abs_gap_changes',
  'Changes of the size of the gap from one model to another.',
  {
    dataset,
    seed,
    finding,
    of: word(
      ['abs', 'abs_of_mean', 'mean_of_abs'],
      'abs: |gap2| - |gap1| of one finding; for `mean`: |mean gap| (abs_of_mean) or mean |gap| (mean_of_abs)',
    ),
    from,
    to,
    delta: estimate('the second model minus the first', 'AUROC'),
    ci: confidence,
    note,
  },
);
