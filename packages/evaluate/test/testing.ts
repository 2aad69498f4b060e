import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EvaluateConfig, type Metrics, silentProgress } from '@viewgap/contracts';
import { computeMetrics } from '../src/compute-metrics.ts';
import { type EvaluateOptions, evaluatePredictions } from '../src/evaluate-predictions.ts';
import { type PredictionRow, PredictionRows } from '../src/prediction-rows.ts';
import { arrangeStudy } from '../src/study.ts';

export const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
export const CONFIG: EvaluateConfig = { from: 'model1', to: 'model2', primary: null, findings: null };

/** A row with every column that a test does not care about filled in. */
export function row(of: Partial<PredictionRow>): PredictionRow {
  return {
    dataset: 'hospital',
    image_id: 'image-1',
    patient_id: 'patient-1',
    view: 'AP',
    model: 'model1',
    seed: 0,
    finding: 'PTX',
    label: 0,
    score: 0,
    split: 'test',
    ...of,
  };
}

/** Metrics of rows in memory, without a file. */
export function metricsOf(rows: readonly PredictionRow[], config = CONFIG): Metrics {
  const read = new PredictionRows();
  read.startFile('rows');
  for (const one of rows) read.add(one);
  read.check();
  return computeMetrics(arrangeStudy(read, config.findings), { config, seed: 0 });
}

/** Runs the stage into a folder of its own. */
export function evaluateInto(
  folder: string,
  predictions: readonly string[],
  options: Partial<EvaluateOptions> = {},
) {
  return evaluatePredictions({
    predictions,
    inputs: {},
    config: CONFIG,
    out: join(folder, 'out'),
    progress: silentProgress,
    clock: () => new Date(0),
    ...options,
  });
}

/** A temporary folder for one test, removed whatever happens. */
export async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-evaluate-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The long table of fixtures/zech.csv: real scores, two models, two seeds, five findings. */
export async function zechRows(): Promise<PredictionRow[]> {
  const [header, ...lines] = (await readFile(join(FIXTURES, 'zech.csv'), 'utf8')).trim().split('\n');
  const names = (header ?? '').split(',');
  return lines.flatMap((line) => {
    const values = line.split(',');
    const cell = (name: string) => values[names.indexOf(name)] ?? '';
    return names
      .filter((name) => name.startsWith('model'))
      .map((name) => {
        const [model = '', seed = '', finding = ''] = name.split('_');
        const label = cell(`label_${finding}`);
        return row({
          dataset: 'nih',
          image_id: cell('image_id'),
          patient_id: cell('patient_id'),
          view: cell('view'),
          model,
          seed: Number(seed),
          finding,
          label: label === '' ? null : Number(label),
          score: Number(cell(name)),
        });
      });
  });
}

/** Numbers in [0, 1) from a seed, for simulations (mulberry32). */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
