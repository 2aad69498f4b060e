import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { clusterCount } from '@viewgap/stats';
import type { Contrasts } from '../contrasts/estimates.ts';
import { seedRows } from '../contrasts/seed-rows.ts';
import { READING, type Summary, summarise } from '../contrasts/summary.ts';
import { tableOf } from '../contrasts/table.ts';
import { CELL_VIEWS } from '../study/label-counts.ts';
import { MEAN } from '../study/study.ts';

type Cell = MetricsRow<'cells'>;

export const table = tableOf(METRICS_TABLES.cells, ({ study, contrasts, notes }) =>
  study.models.flatMap((model) => cellRows(contrasts, model, notes)),
);

/** AUROC of one model per seed, finding (and their mean) and view. */
function cellRows(contrasts: Contrasts, model: string, notes: readonly string[]): Cell[] {
  const dataset = contrasts.dataset.name;
  return seedRows(contrasts.seeds(model)).flatMap(({ seed, of }) => [
    ...contrasts.findings.flatMap((finding) =>
      CELL_VIEWS.map((view) => {
        const { n, positives, patients } = contrasts.counts(finding, view);
        const auroc = summarise(contrasts.auroc(model, of, finding, view), 'auroc', READING, notes);
        const auprc = contrasts.averagePrecision(model, of, finding, view);
        return { dataset, model, seed, finding, view, n, positives, patients, auprc, ...withAuroc(auroc) };
      }),
    ),
    ...CELL_VIEWS.map((view) => {
      const mean = contrasts.mean((finding) => contrasts.auroc(model, of, finding, view));
      const patients = mean.estimate === null ? 0 : clusterCount(mean.estimate);
      const auroc = summarise(mean, 'auroc', READING, notes);
      const counts = { n: null, positives: null, patients, auprc: null };
      const row = { dataset, model, seed, finding: MEAN, view, ...counts };
      return { ...row, ...withAuroc(auroc) };
    }),
  ]);
}

function withAuroc({ value, se, ci, note }: Summary): Pick<Cell, 'auroc' | 'se' | 'ci' | 'note'> {
  return { auroc: value, se, ci, note };
}
