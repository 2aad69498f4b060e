import { estimate, orNull, word } from './column.ts';
import {
  confidence,
  dataset,
  finding,
  from,
  method,
  note,
  pValue,
  seed,
  standardError,
  to,
} from './shared-columns.ts';
import { tableShape } from './table.ts';

export const changes = tableShape('changes', 'Changes of AUROC and of the gap from one model to another.', {
  dataset,
  seed,
  finding,
  of: word(['auroc', 'gap'], 'what changes'),
  view: orNull(word(['AP', 'PA', 'all'], 'the images of a change of AUROC; null for a change of the gap')),
  from,
  to,
  delta: estimate('the second model minus the first', 'AUROC'),
  se: standardError,
  ci: confidence,
  p: pValue,
  p_holm: estimate('p adjusted by Holm over settings.family', 'probability'),
  p_bh: estimate('p adjusted by Benjamini and Hochberg over settings.family', 'probability'),
  p_equivalence: estimate(
    'p of "it changed by the margin or more"; null where no margin is declared',
    'probability',
  ),
  ...method,
  note,
});
