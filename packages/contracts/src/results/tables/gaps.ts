import { estimate } from './column.ts';
import {
  confidence,
  dataset,
  finding,
  method,
  model,
  note,
  pValue,
  seed,
  standardError,
} from './shared-columns.ts';
import { tableShape } from './table.ts';

export const gaps = tableShape('gaps', 'AUROC(AP) - AUROC(PA) of each model and finding.', {
  dataset,
  model,
  seed,
  finding,
  ap_minus_pa: estimate('the gap', 'AUROC'),
  pa_minus_ap: estimate('the gap with the other sign', 'AUROC'),
  abs: estimate('size of the gap', 'AUROC'),
  se: standardError,
  ci: confidence,
  p: pValue,
  p_holm: estimate('p adjusted by Holm over the findings', 'probability'),
  ...method,
  note,
});
