import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { place, rankingOf, rocCurve } from '@viewgap/stats';
import type { Contrasts } from '../contrasts/estimates.ts';
import { tableApart } from '../contrasts/table.ts';
import { CELL_VIEWS } from '../study/label-counts.ts';

type RocRow = MetricsRow<'roc'>;

export const table = tableApart(METRICS_TABLES.roc, ({ study, contrasts }) =>
  study.models.flatMap((model) => rocRows(contrasts, model)),
);

/** Thinned ROC curves of one model per seed, finding and view; none where a class is empty. */
function rocRows(contrasts: Contrasts, model: string): RocRow[] {
  return contrasts.seeds(model).flatMap((seed) =>
    contrasts.findings.flatMap((finding) => {
      const scores = contrasts.scores(model, seed, finding);
      if (scores === null) return [];
      const ranking = rankingOf(scores);
      return CELL_VIEWS.flatMap((view): RocRow[] => {
        const code = contrasts.code(finding, view);
        const placed = place(ranking, code, null, new Float64Array(code.length));
        if (placed === null) return [];
        const { points, areaError } = rocCurve(ranking, code, placed);
        const key = { dataset: contrasts.dataset.name, model, seed, finding, view };
        return [{ ...key, points, area_error: areaError }];
      });
    }),
  );
}
