import { join } from 'node:path';
import {
  type Artifact,
  beginArtifact,
  duckdbEntry,
  fileEntry,
  finishArtifact,
  runFacts,
  type Sha256,
  writeFileAtomic,
} from '@viewgap/artifacts';
import { counted, type EvaluateConfig, metrics as metricsSchema, type Progress } from '@viewgap/contracts';
import { bootstrapStudy } from './bootstrap-study.ts';
import { computeMetrics } from './compute-metrics.ts';
import { type InputLayout, LONG } from './input/prediction-columns.ts';
import { readStudy } from './input/read-study.ts';
import { checkLabels } from './study/label-lacks.ts';
import { METRICS_TABLES, metricsJson, writeMetricsTables } from './tables/metrics-tables.ts';

export interface EvaluateOptions {
  /** predictions tables: .arrow as predict writes it, .csv, .csv.gz or .parquet */
  readonly predictions: readonly string[];
  /** the manifests that the predictions come from, by name; {} for a stranger's files */
  readonly inputs: Readonly<Record<string, Sha256>>;
  readonly config: EvaluateConfig;
  /** how the files hold their columns; as the pipeline writes them where not given */
  readonly layout?: Omit<InputLayout, 'cluster'>;
  /** folder of the artifact; what lies there is replaced */
  readonly out: string;
  readonly progress: Progress;
  readonly clock: () => Date;
  /** of the permuted labels of the negative control; 0 where not given */
  readonly seed?: number;
}

/**
 * Predictions to metrics.json and metrics.duckdb. The same predictions, in whatever order of rows and files, give a
 * byte-identical metrics.json and manifest.
 * @throws UserError for files that are missing or cannot be read, missing columns, faulty rows and labels that leave
 * nothing to estimate; ConfigError where config names models that are not there
 */
export async function evaluatePredictions(options: EvaluateOptions): Promise<Artifact> {
  const { config, out, progress, clock, seed = 0 } = options;
  const started = clock();
  const layout = { ...(options.layout ?? LONG), cluster: config.cluster };
  const read = { findings: config.findings, labelSet: config.labels };
  const study = await readStudy(options.predictions, layout, read, progress);
  for (const warning of checkLabels(study, config.findings)) progress.log(`evaluate: ${warning}`);
  const task = progress.start('evaluate', study.datasets.length * study.models.length, 'model');
  let done = 0;
  const computed = computeMetrics(study, {
    config,
    seed,
    onModel: (dataset, model) => task.update(++done, `${dataset} ${model}`),
  });
  task.finish(`${counted(computed.cells.length, 'cell')}, ${counted(computed.changes.length, 'change')}`);
  const bootstrap = await bootstrapStudy(study, config, seed, progress);
  const metrics = metricsSchema.parse({ ...computed, bootstrap });

  await beginArtifact(out);
  await writeFileAtomic(join(out, 'metrics.json'), metricsJson(metrics));
  await writeMetricsTables(join(out, 'metrics.duckdb'), metrics);
  const sum = (of: (dataset: (typeof study.datasets)[number]) => number) =>
    study.datasets.reduce((total, dataset) => total + of(dataset), 0);
  const tableRows = METRICS_TABLES.map((name): [string, number] => [name, metrics[name].length]);
  return finishArtifact(
    out,
    {
      stage: 'evaluate',
      inputs: { ...options.inputs },
      config: { ...config, seed },
      files: [await fileEntry(out, 'metrics.json'), await duckdbEntry(out, 'metrics.duckdb')],
      counts: {
        rows: study.rows,
        rows_left_out: study.rowsLeftOut,
        images: sum(({ images }) => images),
        patients: sum(({ patients }) => patients),
        ...Object.fromEntries(tableRows),
      },
    },
    runFacts(started, clock()),
  );
}
