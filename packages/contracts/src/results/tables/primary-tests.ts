import { z } from 'zod';
import { estimate, integer, list, text, word } from '../columns/column.ts';
import { contrast, note, subject, weightsErrors, weightsP, withinMargin } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const primaryTests = tableShape(
  'primary_tests',
  'The primary tests; the second is read only where the first favours the second model.',
  {
    step: integer('place in the fixed sequence, from 1', null),
    ...subject,
    findings: list(z.string(), 'the findings of the mean, fixed from labels alone'),
    ...contrast,
    within_margin: withinMargin,
    outcome: word(
      ['favours', 'against', 'not_shown', 'descriptive', 'not_made'],
      'favours: shown, and in favour of the second model; against: shown, and against it; descriptive: the test before it does not favour the second model; not_made: there is no p',
    ),
    margin: estimate('settings.margin', 'AUROC'),
    ...weightsErrors,
    weights_p: weightsP,
    sentence: text('what the test says, in plain words'),
    note,
  },
);
