import { estimate, integer, text, word } from './column.ts';
import { confidence, note, pValue, standardError, subject } from './shared-columns.ts';
import { tableShape } from './table.ts';

export const primaryTests = tableShape(
  'primary_tests',
  'The primary tests; the second is read only where the first is significant.',
  {
    step: integer('place in the fixed sequence, from 1', null),
    ...subject,
    delta: estimate('the second model minus the first', 'AUROC'),
    se: standardError,
    ci: confidence,
    p: pValue,
    basis: word(
      ['weights', 'method'],
      'whether se, ci and p are of these weights (one seed) or of the method',
    ),
    outcome: word(
      ['significant', 'not_significant', 'descriptive', 'not_made'],
      'descriptive: the test before it was not significant; not_made: there is no p',
    ),
    margin: estimate('within this a change counts as none; null where none is declared', 'AUROC'),
    p_equivalence: estimate('p of "it changed by the margin or more"', 'probability'),
    sentence: text('what the test says, in plain words'),
    note,
  },
);
