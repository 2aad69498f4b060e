import { estimate, orNull, word } from '../columns/column.ts';
import {
  contrast,
  dataset,
  finding,
  fromModel,
  meanOver,
  noninferior,
  note,
  seed,
  toModel,
  weightsErrors,
  weightsP,
  withinMargin,
} from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const changes = tableShape('changes', 'Changes of AUROC and of the gap from one model to another.', {
  dataset,
  of: word(['change_of_auroc', 'change_of_gap'], 'what changes'),
  from_model: fromModel,
  to_model: toModel,
  seed,
  finding,
  view: orNull(
    word(
      ['AP', 'PA', 'all', 'mean'],
      'the images of a change of AUROC; mean: the mean of AP and PA with equal weights; null for a change of the gap',
    ),
  ),
  mean_over: meanOver,
  ...contrast,
  p_adjusted: estimate('p adjusted by Holm over settings.family', 'probability'),
  p_bh: estimate('p adjusted by Benjamini and Hochberg over settings.family', 'probability'),
  within_margin: withinMargin,
  noninferior,
  ...weightsErrors,
  weights_p: weightsP,
  note,
});
