import { estimate, word } from '../columns/column.ts';
import { contrast, dataset, finding, fromModel, note, toModel } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const pooledChanges = tableShape(
  'pooled_changes',
  'How much of a change of the pooled AUROC comes from pairs of images of one view, and how much from pairs across views.',
  {
    dataset,
    from_model: fromModel,
    to_model: toModel,
    finding,
    part: word(
      ['within_views', 'between_views'],
      'the part of pairs of a positive and a negative image of one view, or of two views; together they are the pooled change',
    ),
    pairs: estimate('share of the pairs', 'share'),
    ...contrast,
    note,
  },
);
