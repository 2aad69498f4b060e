import { estimate, flag, integer, interval } from '../columns/column.ts';
import { note, standardError, subject } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const bootstrap = tableShape(
  'bootstrap',
  'A bootstrap by cluster beside the analytic error of these weights; studentised where a class has few clusters.',
  {
    ...subject,
    estimate: estimate('the AUROC, gap or change', 'AUROC'),
    se: standardError,
    bootstrap_se: estimate('standard deviation of the replicates', 'AUROC'),
    ratio: estimate('bootstrap_se / se', null),
    replicates: integer('replicates that have both classes', 'replicates'),
    few: flag('a class has fewer clusters than settings.few_patients: the two errors need not agree'),
    ...interval('t_ci', 'bootstrap-t interval of a gap or change with few clusters; null otherwise', 'AUROC'),
    t_p: estimate('its p', 'probability'),
    note,
  },
);
