import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendRows, withDuckDB } from '@viewgap/artifacts';
import { type EvaluateConfig, evaluateConfig, type Metrics, silentProgress } from '@viewgap/contracts';
import { uniforms } from '@viewgap/stats';
import { computeMetrics } from '../src/compute-metrics.ts';
import { type EvaluateOptions, evaluatePredictions } from '../src/evaluate-predictions.ts';
import { loadStudy } from '../src/input/load-study.ts';
import type { Study } from '../src/study/study.ts';

export const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
export const CONFIG: EvaluateConfig = evaluateConfig.parse({});

/** One row of a predictions table; null: an empty cell. */
export interface PredictionRow {
  readonly dataset: string | null;
  readonly image_id: string | null;
  readonly patient_id: string | null;
  readonly view: string | null;
  readonly model: string | null;
  readonly seed: number;
  readonly finding: string | null;
  readonly label: number | null;
  readonly score: number | null;
  readonly split: string | null;
  readonly age_years?: number | null;
  readonly sex?: string | null;
  readonly source?: string | null;
  readonly support_devices?: string | null;
  readonly view_conflict?: string | null;
  readonly overlap?: string | null;
  readonly label_set?: string | null;
  /** width over height of the film */
  readonly aspect?: number | null;
  readonly view_probe_score?: number | null;
}

const OPTIONAL_NUMBERS = ['age_years', 'aspect', 'view_probe_score'];
const NUMBERS = ['seed', 'label', 'score', ...OPTIONAL_NUMBERS];
const TEXTS = ['dataset', 'image_id', 'patient_id', 'view', 'model', 'finding', 'split'];
const EXTRAS = ['sex', 'source', 'support_devices', 'view_conflict', 'overlap', 'label_set', 'view_source'];

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

const MODELS = ['model1', 'model2'];

/** Images of one finding, each scored by both models: [patient, view, label, score] of each image. */
export function images(
  table: readonly (readonly [string | null, string, number | null, number])[],
  of: Partial<PredictionRow> = {},
): PredictionRow[] {
  return table.flatMap(([patient_id, view, label, score], i) =>
    MODELS.map((model, m) =>
      row({ image_id: `i${i}`, patient_id, view, label, score: score + m * (i % 3), model, ...of }),
    ),
  );
}

/** Scores with some signal, `perPatient` images each, views in turn. */
export function cohort(
  patients: number,
  perPatient: number,
  of: Partial<PredictionRow> = {},
): PredictionRow[] {
  const next = uniforms(7);
  return images(
    Array.from({ length: patients * perPatient }, (_, i) => {
      const label = Math.floor(i / perPatient) % 3 === 0 ? 1 : 0;
      return [
        `p${Math.floor(i / perPatient)}`,
        i % 2 === 0 ? 'AP' : 'PA',
        label,
        next() + 0.4 * label,
      ] as const;
    }),
    of,
  );
}

/** The study of rows in memory, without a file. */
export async function studyOf(rows: readonly PredictionRow[], config = CONFIG): Promise<Study> {
  return withDuckDB(':memory:', async (connection) => {
    const columns = [
      ...NUMBERS.map((name) => `${name} double`),
      ...[...TEXTS, ...EXTRAS].map((n) => `${n} varchar`),
    ];
    await connection.run(`create table rows (${columns.join(', ')}, "row" integer)`);
    await appendRows(
      connection,
      'rows',
      rows.map((one, i) => ({ ...one, row: i + 1 })),
    );
    const has = [...OPTIONAL_NUMBERS, ...EXTRAS].filter((name) => rows.some((one) => name in one));
    const select = 'select *, patient_id as cluster, 0 as file from rows';
    const query = { name: 'rows', sql: select, numbered: select, has };
    return loadStudy(connection, [query], { findings: config.findings, labelSet: config.labels });
  });
}

/** Metrics of rows in memory, without a file. */
export async function metricsOf(rows: readonly PredictionRow[], config = CONFIG): Promise<Metrics> {
  return computeMetrics(await studyOf(rows, config), { config, seed: 0, progress: silentProgress });
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

const DATA = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data');
/** Scores of Zech's DenseNet-121 on the NIH test split, and NIH's table; absent on a bare clone. */
export const NIH_SCORES = join(DATA, 'zech-nih-scores', 'preds.csv.gz');
export const NIH_ENTRIES = join(DATA, 'annotations', 'Data_Entry_2017_v2020.csv.gz');

/** SQL of the long table of these scores, by NIH's names of findings. */
export function nihLong(findings: readonly string[]): string {
  const each = findings.map(
    (finding) => `
      select 'nih' as dataset, "Image Index" as image_id, "Patient ID" as patient_id, "View Position" as view,
        'model1' as model, '${finding}' as finding,
        contains("Finding Labels", '${finding}')::integer as label, "prob_${finding}" as score
      from read_csv('${NIH_SCORES}') scores join read_csv('${NIH_ENTRIES}') entries using ("Image Index")`,
  );
  return each.join(' union all ');
}

/** Matches a number within an absolute tolerance. */
export const near = (value: number, tolerance: number) => ({
  asymmetricMatch: (other: unknown) => typeof other === 'number' && Math.abs(other - value) <= tolerance,
  toString: () => `${value} within ${tolerance}`,
});
