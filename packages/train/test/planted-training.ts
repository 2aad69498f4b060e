/**
 * Trains on a planted catalog in a process of its own, which a test may kill:
 * planted-training.ts <folder with catalog and store> <out> <checkpoints>
 * Prints each step that it has done.
 */
import { join } from 'node:path';
import { modelConfig, type Progress, Store, trainConfig } from '@viewgap/contracts';
import { defaultCacheDir, startEngine } from '@viewgap/engine';
import { trainModel } from '../src/index.ts';

const [folder = '', out = '', checkpoints = ''] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const progress: Progress = {
  log: say,
  start: () => ({ update: (step, note) => say(`step ${step} ${note}`), finish: () => {} }),
};
await trainModel({
  name: 'model2',
  model: modelConfig.parse({ decoder: { lambda: 0.5 } }),
  common: trainConfig.parse({
    encoder: { name: 'residual', widths: [8, 16] },
    epochs: 3,
    batchSize: 8,
    learningRate: 0.003,
  }),
  seed: 3,
  pretrained: null,
  catalog: join(folder, 'catalog'),
  rebuildCatalog: 'run catalog',
  store: new Store(join(folder, 'store')),
  engine: await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} }),
  out,
  progress,
  clock: () => new Date(),
  checkpoints: { folder: checkpoints, every: { count: 2, unit: 'steps' } },
});
