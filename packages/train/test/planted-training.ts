import { join } from 'node:path';
import { type Artifact, Store } from '@viewgap/artifacts';
import { modelConfig, type Progress, trainConfig } from '@viewgap/contracts';
import { defaultCacheDir, startEngine } from '@viewgap/engine';
import { trainModel } from '../src/index.ts';

/** Steps of the training below on a planted catalog of 96 images. */
export const STEPS = 18;

/**
 * A small training on a planted catalog, saved every second step.
 * @param folder of the catalog and the store; the training writes to `name` and `name`-checkpoints in it
 */
export async function plantedTraining(folder: string, name: string, progress: Progress): Promise<Artifact> {
  // One thread: then sums have one order, and equal means bit for bit.
  process.env.TF_NUM_INTRAOP_THREADS = '1';
  process.env.TF_NUM_INTEROP_THREADS = '1';
  return trainModel({
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
    out: join(folder, name),
    progress,
    clock: () => new Date(),
    checkpoints: { folder: join(folder, `${name}-checkpoints`), every: { count: 2, unit: 'steps' } },
  });
}
