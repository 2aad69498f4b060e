import { estimate, interval, orNull, text, word } from '../columns/column.ts';
import { basis, clusters, dataset, finding, note } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const worstViews = tableShape(
  'worst_views',
  'AUROC of the view in which a model is worse, and its change; without a test.',
  {
    dataset,
    of: word(
      ['worst_view_auroc', 'change_of_worst_view_auroc'],
      'the smaller AUROC of AP and PA; its change is between the worst views of two models, which may differ',
    ),
    model: orNull(text('name of the model; null for a change')),
    from_model: orNull(text('the first model of a change; null otherwise')),
    to_model: orNull(text('the second model of a change; null otherwise')),
    finding,
    estimate: estimate('the AUROC or the change', 'AUROC'),
    ...interval('ci', 'interval, from those of both views (Bonferroni)', 'AUROC'),
    clusters,
    basis,
    note,
  },
);
