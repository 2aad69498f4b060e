import { estimate, largeInteger, number, orNull } from '../columns/column.ts';
import { clusters, note, standardError, subject } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const power = tableShape(
  'power',
  'What this test set could have found, and how large one would have to be.',
  {
    ...subject,
    clusters,
    se: standardError,
    power: number('of the two-sided test', 'probability'),
    detectable: estimate('the smallest true value that the test finds with that power', 'AUROC'),
    target: number(
      'a true value that a next study may want to find: the margin, where one is declared',
      'AUROC',
    ),
    clusters_needed: orNull(
      largeInteger(
        'clusters like these that a test set would need to find the target with that power',
        'clusters',
      ),
    ),
    note,
  },
);
