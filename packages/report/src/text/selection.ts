import type { Metrics } from '@viewgap/contracts';
import type { MetricsRow } from '@viewgap/contracts/metrics';
import type { Estimate } from './table.ts';

/** Findings in the order of the tables: the mean first. */
export function findingsOf(metrics: Metrics): string[] {
  return ['mean', ...metrics.findings.filter((finding) => finding !== 'mean')];
}

/** Rows that the report shows: the mean over seeds, or the one seed that there is. */
export function shownSeed<Row extends { readonly seed: number | null }>(
  metrics: Metrics,
  rows: readonly Row[],
): Row[] {
  const means = rows.filter((row) => row.seed === null);
  return means.length > 0 ? means : rows.filter((row) => row.seed === metrics.seeds[0]);
}

export function oneSeed(metrics: Metrics): boolean {
  return metrics.seeds.length === 1;
}

export function cellOf(
  metrics: Metrics,
  key: Pick<MetricsRow<'cells'>, 'dataset' | 'model' | 'finding' | 'view'>,
): MetricsRow<'cells'> | undefined {
  return shownSeed(metrics, metrics.cells).find((row) => matches(row, key));
}

export function gapOf(
  metrics: Metrics,
  key: Pick<MetricsRow<'gaps'>, 'dataset' | 'model' | 'finding'>,
): MetricsRow<'gaps'> | undefined {
  return shownSeed(metrics, metrics.gaps).find((row) => matches(row, key));
}

/** The change from settings.from to settings.to. */
export function changeOf(
  metrics: Metrics,
  key: Pick<MetricsRow<'changes'>, 'dataset' | 'finding' | 'of' | 'view'>,
): MetricsRow<'changes'> | undefined {
  const { from, to } = metrics.settings;
  return shownSeed(metrics, metrics.changes).find((row) =>
    matches(row, { ...key, from_model: from, to_model: to }),
  );
}

/** The two ends of a row's interval. */
export function ciOf(
  row: { readonly ci_low: number | null; readonly ci_high: number | null } | undefined,
): readonly [number, number] | null {
  return row === undefined || row.ci_low === null || row.ci_high === null ? null : [row.ci_low, row.ci_high];
}

/** A row's number with its interval, as tables print it. */
export function estimateOf(
  row:
    | { readonly estimate: number | null; readonly ci_low: number | null; readonly ci_high: number | null }
    | undefined,
): Estimate {
  return { value: row?.estimate ?? null, ci: ciOf(row) };
}

/** `patient`, `image` or `cluster`: what the errors are clustered by. */
export function clusterNoun({ settings: { cluster } }: Metrics): string {
  return cluster === 'patient' || cluster === 'image' ? cluster : 'cluster';
}

export function matches<Row extends object>(row: Row, key: Partial<Row>): boolean {
  return (Object.keys(key) as (keyof Row)[]).every((name) => row[name] === key[name]);
}

/** The estimable view cell with the fewest images of one class, of these data sets; null where each has enough. */
export function rarestCell(
  metrics: Metrics,
  datasets: readonly string[],
): {
  readonly finding: string;
  readonly view: string;
  readonly images: number;
  readonly positive: boolean;
} | null {
  const classes = shownSeed(metrics, metrics.cells).flatMap(
    ({ dataset, finding, view, n, positives, estimate }) =>
      n === null ||
      positives === null ||
      estimate === null ||
      (view !== 'AP' && view !== 'PA') ||
      !datasets.includes(dataset)
        ? []
        : [
            { finding, view, images: positives, positive: true },
            { finding, view, images: n - positives, positive: false },
          ],
  );
  const [rarest] = classes
    .filter(({ images }) => images < metrics.settings.few_patients)
    .sort((a, b) => a.images - b.images);
  return rarest ?? null;
}

/** `nih (test)` */
export function datasetName(dataset: Metrics['datasets'][number]): string {
  return `${dataset.dataset} (${dataset.split})`;
}
