import { join } from 'node:path';

const RUNS = 'runs/tiny';
const PIPELINE = ['--pipeline', 'pipelines/tiny'];
const MODEL = ['--model', 'model2', '--seed', '0'];

/** A stage of the tiny pipeline: how it is called, and what stands for its finished work. */
export interface Stage {
  readonly args: readonly string[];
  /** the folder that it writes */
  readonly folder: string;
  /** the file that is there when, and only when, it has finished */
  readonly last: string;
  /** caches that would spare it its work */
  readonly caches: readonly string[];
}

const unit = (args: readonly string[], path: string, caches: readonly string[] = []): Stage => ({
  args,
  folder: join(RUNS, path),
  last: join(RUNS, path, 'manifest.json'),
  caches,
});
const file = (args: readonly string[], folder: string, name: string): Stage => ({
  args,
  folder,
  last: join(folder, name),
  caches: [],
});

/** Every stage, in the order of a run. */
export const STAGES = {
  scan: file(['scan', ...PIPELINE, '--source', 'nih'], '.viewgap/listings/tiny', 'nih.json'),
  ingest: unit(['ingest', ...PIPELINE, '--source', 'nih'], 'ingest/nih', [
    '.viewgap/readings',
    '.viewgap/store',
  ]),
  catalog: unit(['catalog', ...PIPELINE], 'catalog'),
  prepare: file(['prepare'], '.viewgap/engine', 'engine.json'),
  train: unit(['train', ...PIPELINE, ...MODEL, '--checkpoint', '1'], 'train/model2/seed-0'),
  predict: unit(['predict', ...PIPELINE, ...MODEL], 'predict/model2/seed-0'),
  evaluate: unit(['evaluate', ...PIPELINE], 'evaluate'),
  report: unit(['report', ...PIPELINE], 'report'),
} as const satisfies Record<string, Stage>;

export type StageName = keyof typeof STAGES;
export const STAGE_NAMES = Object.keys(STAGES) as StageName[];

/** What the other model's stages are called with: they run once, so that evaluate has two models. */
export const OTHER_MODEL = ['train', 'predict'].map((verb) => [verb, ...PIPELINE, '--model', 'model1']);
