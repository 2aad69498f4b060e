import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import type { Contrasts } from '../contrasts/estimates.ts';
import { infer } from '../contrasts/inference.ts';
import type { Reading } from '../contrasts/reading.ts';
import { meanOver, type SeedRow, seedRows } from '../contrasts/seed-rows.ts';
import { seededWithMean } from '../contrasts/seeded.ts';
import { tableOf } from '../contrasts/table.ts';
import { AUROC_VIEWS, type AurocView } from '../study/label-counts.ts';
import { MEAN } from '../study/study.ts';

type Cell = MetricsRow<'cells'>;

export const table = tableOf(METRICS_TABLES.cells, ({ study, contrasts, reading, notes }) =>
  study.models.flatMap((model) =>
    seedRows(contrasts.levelSeeds(model)).flatMap((row) =>
      AUROC_VIEWS.flatMap((view) => cellRows(contrasts, model, row, view, reading, notes)),
    ),
  ),
);

/** AUROC of one model in one view, of each finding and their mean. */
function cellRows(
  contrasts: Contrasts,
  model: string,
  row: SeedRow,
  view: AurocView,
  reading: Reading,
  notes: readonly string[],
): Cell[] {
  const each = seededWithMean(contrasts, row.seeds, (seeds) => (finding) => {
    return contrasts.auroc(model, seeds, finding, view);
  });
  return each.map((contrast, f): Cell => {
    const finding = contrasts.findings[f];
    const inferred = infer(contrast, 'auroc', reading, notes);
    const { p: _, ...level } = inferred.contrast;
    const { weights_p: __, ...weights } = inferred.weights;
    return {
      dataset: contrasts.dataset.name,
      model,
      seed: row.seed,
      finding: finding ?? MEAN,
      view,
      mean_over: meanOver(finding === undefined, row),
      ...counts(contrasts, finding, view),
      ...level,
      clusters: finding === undefined ? level.clusters : contrasts.counts(finding, pooled(view)).patients,
      ...weights,
      auprc:
        finding === undefined || view === 'mean'
          ? null
          : contrasts.averagePrecision(model, row.seeds, finding, view),
      note: inferred.note,
    };
  });
}

/** The images that an AUROC is of. */
function pooled(view: AurocView) {
  return view === 'mean' ? 'all' : view;
}

function counts(contrasts: Contrasts, finding: string | undefined, view: AurocView) {
  if (finding === undefined) {
    return { n: null, positives: null, positive_clusters: null, negative_clusters: null };
  }
  const { n, positives, positivePatients, negativePatients } = contrasts.counts(finding, pooled(view));
  return { n, positives, positive_clusters: positivePatients, negative_clusters: negativePatients };
}
