import { join } from 'node:path';

/**
 * Where each unit of work writes, below `runs/<pipeline>/`. The Nx project of a unit has the same name:
 * `nih-sample/train/model1/seed-0`.
 */
export const unitPath = {
  ingest: (source: string) => `ingest/${source}`,
  catalog: () => 'catalog',
  trial: (model: string, trial: string) => `trial/${model}/${trial}`,
  tune: (model: string) => `tune/${model}`,
  train: (model: string, seed: number) => `train/${model}/seed-${seed}`,
  predict: (model: string, seed: number) => `predict/${model}/seed-${seed}`,
  evaluate: () => 'evaluate',
  report: () => 'report',
} as const;

/** Folder of one unit's artifact. */
export function runFolder(workspace: string, pipeline: string, unit: string): string {
  return join(workspace, 'runs', pipeline, unit);
}
