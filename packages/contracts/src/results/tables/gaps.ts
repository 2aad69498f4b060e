import { estimate } from '../columns/column.ts';
import {
  contrast,
  dataset,
  finding,
  meanOver,
  model,
  note,
  seed,
  weightsErrors,
  weightsP,
  withinMargin,
} from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const gaps = tableShape('gaps', 'AUROC(AP) - AUROC(PA) of each model and finding.', {
  dataset,
  model,
  seed,
  finding,
  mean_over: meanOver,
  ...contrast,
  p_adjusted: estimate('p adjusted by Holm over the findings', 'probability'),
  p_bh: estimate('p adjusted by Benjamini and Hochberg over the findings', 'probability'),
  within_margin: withinMargin,
  ...weightsErrors,
  weights_p: weightsP,
  pa_minus_ap: estimate('the gap with the other sign', 'AUROC'),
  abs_gap: estimate('size of the gap', 'AUROC'),
  note,
});
