import { ALL_STRIKES, surviveStrikes } from '../test/strikes.ts';

/** One stage of each kind: one file, images through caches, a training, an artifact at one go. */
const DISKS = ['.viewgap/listings/tiny/nih.json', '.viewgap/store/', 'runs/tiny/evaluate/metrics.duckdb'];

surviveStrikes({
  withoutOld: ['evaluate'],
  withFirst: ['scan', 'train'],
  stopped: [['SIGTERM', 143]],
  onFullDisk: ALL_STRIKES.onFullDisk.filter(([, , , file]) => DISKS.includes(file)),
});
