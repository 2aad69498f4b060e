import { METRICS_TABLES } from '@viewgap/contracts/metrics';
import { calibrationRows } from '../contrasts/calibration-rows.ts';
import { tableApart } from '../contrasts/table.ts';

/** How calibration in AP differs from that in PA. */
export const table = tableApart(
  METRICS_TABLES.calibration_gaps,
  (task) => calibrationRows(task).gaps,
  METRICS_TABLES.calibration.name,
);
