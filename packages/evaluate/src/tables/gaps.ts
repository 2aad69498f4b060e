import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { benjaminiHochberg, holm } from '@viewgap/stats';
import type { Contrasts } from '../contrasts/estimates.ts';
import { infer } from '../contrasts/inference.ts';
import { withinMargin } from '../contrasts/margin.ts';
import type { Reading } from '../contrasts/reading.ts';
import { meanOver, type SeedRow, seedRows } from '../contrasts/seed-rows.ts';
import { seededWithMean } from '../contrasts/seeded.ts';
import { tableOf } from '../contrasts/table.ts';
import { MEAN } from '../study/study.ts';

type Gap = MetricsRow<'gaps'>;

export const table = tableOf(METRICS_TABLES.gaps, ({ study, contrasts, config, reading, notes }) =>
  study.models.flatMap((model) =>
    seedRows(contrasts.levelSeeds(model)).flatMap((row) =>
      gapRows(contrasts, model, row, reading, config.margin, notes),
    ),
  ),
);

/** AUROC(AP) - AUROC(PA) of one model, of each finding and their mean; a family of tests is the findings. */
function gapRows(
  contrasts: Contrasts,
  model: string,
  row: SeedRow,
  reading: Reading,
  margin: number | null,
  notes: readonly string[],
): Gap[] {
  const each = seededWithMean(contrasts, row.seeds, (seeds) => (finding) => {
    return contrasts.gap(model, seeds, finding);
  }).map((contrast) => infer(contrast, 'difference', reading, notes));
  const ps = each.slice(0, -1).map(({ contrast }) => contrast.p);
  const [byHolm, byBh] = [holm(ps), benjaminiHochberg(ps)];
  return each.map(({ contrast, weights, note }, f): Gap => {
    const finding = contrasts.findings[f];
    const { estimate } = contrast;
    return {
      dataset: contrasts.dataset.name,
      model,
      seed: row.seed,
      finding: finding ?? MEAN,
      mean_over: meanOver(finding === undefined, row),
      ...contrast,
      p_adjusted: byHolm[f] ?? null,
      p_bh: byBh[f] ?? null,
      within_margin: withinMargin(contrast, margin),
      ...weights,
      pa_minus_ap: estimate === null ? null : 0 - estimate,
      abs_gap: estimate === null ? null : Math.abs(estimate),
      note,
    };
  });
}
