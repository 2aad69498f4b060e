import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { holm } from '@viewgap/stats';
import type { Contrast, Contrasts } from '../contrasts/estimates.ts';
import { methodColumns } from '../contrasts/method-columns.ts';
import { seedRows } from '../contrasts/seed-rows.ts';
import { READING, summarise } from '../contrasts/summary.ts';
import { tableOf } from '../contrasts/table.ts';
import { MEAN } from '../study/study.ts';

type Gap = MetricsRow<'gaps'>;

export const table = tableOf(METRICS_TABLES.gaps, ({ study, contrasts, notes }) =>
  study.models.flatMap((model) => gapRows(contrasts, model, notes)),
);

/** AUROC(AP) - AUROC(PA) of one model per seed and finding; a family of tests is the findings of one seed row. */
function gapRows(contrasts: Contrasts, model: string, notes: readonly string[]): Gap[] {
  const dataset = contrasts.dataset.name;
  return seedRows(contrasts.seeds(model)).flatMap(({ seed, of }) => {
    const gap = (seeds: readonly number[]) => (finding: string) => contrasts.gap(model, seeds, finding);
    const gaps = contrasts.withMean(gap(of));
    const bySeed = of.map((one) => contrasts.withMean(gap([one])));
    const summaries = gaps.map((contrast) => summarise(contrast, 'difference', READING, notes));
    const adjusted = holm(summaries.slice(0, -1).map(({ p }) => p));
    return summaries.map((summary, f): Gap => {
      const { value, se, ci, p, note } = summary;
      const each = bySeed.map((contrasts) => contrasts[f] as Contrast);
      return {
        dataset,
        model,
        seed,
        finding: contrasts.findings[f] ?? MEAN,
        ap_minus_pa: value,
        pa_minus_ap: value === null ? null : 0 - value,
        abs: value === null ? null : Math.abs(value),
        se,
        ci,
        p,
        p_holm: adjusted[f] ?? null,
        ...methodColumns(gaps[f] as Contrast, summary, each, READING.level),
        note,
      };
    });
  });
}
