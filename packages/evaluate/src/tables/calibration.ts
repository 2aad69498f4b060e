import { METRICS_TABLES } from '@viewgap/contracts/metrics';
import { calibrationRows } from '../contrasts/calibration-rows.ts';
import { tableApart } from '../contrasts/table.ts';

/** Calibration of each model per seed, finding and view: as scored, and after scaling on the validation images. */
export const table = tableApart(METRICS_TABLES.calibration, (task) => calibrationRows(task).calibration);
