import { estimate, flag, integer, interval } from './column.ts';
import { note, standardError, subject } from './shared-columns.ts';
import { tableShape } from './table.ts';

export const bootstrap = tableShape(
  'bootstrap',
  'A bootstrap by patient beside the analytic error; studentised where a class has few patients.',
  {
    ...subject,
    value: estimate('the AUROC, gap or change', 'AUROC'),
    se: standardError,
    bootstrap_se: estimate('standard deviation of the replicates', 'AUROC'),
    ratio: estimate('bootstrap_se / se', null),
    replicates: integer('replicates that have both classes', 'replicates'),
    few_patients: flag(
      'a class has fewer patients than settings.few_patients: the two errors need not agree',
    ),
    t_ci: interval('bootstrap-t of a gap or change with few patients; null otherwise', 'AUROC'),
    t_p: estimate('its p', 'probability'),
    note,
  },
);
