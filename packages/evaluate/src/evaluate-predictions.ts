import {
  type Artifact,
  beginArtifact,
  duckdbEntry,
  fileEntry,
  finishArtifact,
  runFacts,
  type Sha256,
} from '@viewgap/artifacts';
import type { EvaluateConfig, Finding, Progress } from '@viewgap/contracts';
import { computeMetrics } from './compute-metrics.ts';
import { type InputLayout, LONG } from './input/files/prediction-columns.ts';
import { readStudy } from './input/read-study.ts';
import { metricsTables } from './metrics-tables.ts';
import { checkLabels } from './study/label-lacks.ts';
import { rowsOf, writeMetrics } from './write-metrics.ts';

export interface EvaluateOptions {
  /** predictions tables: .arrow as predict writes it, .csv, .csv.gz or .parquet */
  readonly predictions: readonly string[];
  /** the manifests that the predictions come from, by name; {} for a stranger's files */
  readonly inputs: Readonly<Record<string, Sha256>>;
  readonly config: EvaluateConfig;
  /** the findings of the study, in its order; absent: those of the study by default, then others by name */
  readonly order?: readonly Finding[];
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
  const layout = { ...(options.layout ?? LONG), cluster: config.cluster, groups: config.groups };
  const order = options.order && { order: options.order };
  const read = { findings: config.findings, labelSet: config.labels, ...order };
  const study = await readStudy(options.predictions, layout, read, progress);
  for (const warning of checkLabels(study, config.findings)) progress.log(`evaluate: ${warning}`);
  const metrics = await computeMetrics(study, { config, seed, progress });
  const shapes = (await metricsTables()).map(({ shape }) => shape);

  await beginArtifact(out);
  await writeMetrics(out, metrics, shapes);
  const sum = (of: (dataset: (typeof study.datasets)[number]) => number) =>
    study.datasets.reduce((total, dataset) => total + of(dataset), 0);
  const tableRows = shapes.map((shape) => [shape.name, rowsOf(metrics, shape).length]);
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
