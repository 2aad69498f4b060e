import type { EvaluateConfig } from '@viewgap/contracts';
import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { benjaminiHochberg, holm } from '@viewgap/stats';
import { type Comparison, changeOf, compare, QUANTITIES, type Quantity } from '../contrasts/comparison.ts';
import type { Contrasts } from '../contrasts/estimates.ts';
import { infer } from '../contrasts/inference.ts';
import { notBelowMargin, withinMargin } from '../contrasts/margin.ts';
import type { Reading } from '../contrasts/reading.ts';
import { meanOver, type SeedRow, seedRows } from '../contrasts/seed-rows.ts';
import { seededWithMean } from '../contrasts/seeded.ts';
import { tableOf } from '../contrasts/table.ts';
import { MEAN } from '../study/study.ts';

type Change = MetricsRow<'changes'>;

/** Which tests are adjusted together, and how small a change counts as none. */
type Declared = Pick<EvaluateConfig, 'family' | 'margin'>;

export const table = tableOf(METRICS_TABLES.changes, ({ contrasts, pairs, config, reading, notes }) =>
  pairs.flatMap(([from, to]) => {
    const comparison = compare(contrasts, from, to);
    return seedRows(comparison.seeds).flatMap((row) =>
      changeRows(contrasts, comparison, row, reading, config, notes),
    );
  }),
);

/**
 * Changes from one model to another. A family of tests is the findings of one quantity or, where so declared, those of
 * all of them; the mean over findings is in none.
 */
function changeRows(
  contrasts: Contrasts,
  comparison: Comparison,
  row: SeedRow,
  reading: Reading,
  { family, margin }: Declared,
  notes: readonly string[],
): Change[] {
  const said = [...(row.seed === null ? comparison.notes : []), ...notes];
  const byQuantity = QUANTITIES.map((quantity) =>
    quantityRows(contrasts, comparison, quantity, row, reading, margin, said),
  );
  const families = family === 'dataset' ? [byQuantity.flat()] : byQuantity;
  return families.flatMap(adjusted);
}

/** The rows with their p adjusted for each other, but for means over findings. */
function adjusted(rows: readonly Change[]): Change[] {
  const single = rows.filter(({ finding }) => finding !== MEAN);
  const ps = single.map(({ p }) => p);
  const [byHolm, byBh] = [holm(ps), benjaminiHochberg(ps)];
  return rows.map((row) => {
    const place = single.indexOf(row);
    return place < 0 ? row : { ...row, p_adjusted: byHolm[place] ?? null, p_bh: byBh[place] ?? null };
  });
}

/** Rows of one quantity, each finding and last their mean, not yet adjusted. */
function quantityRows(
  contrasts: Contrasts,
  comparison: Comparison,
  quantity: Quantity,
  row: SeedRow,
  reading: Reading,
  margin: number | null,
  notes: readonly string[],
): Change[] {
  const each = seededWithMean(contrasts, row.seeds, (seeds) =>
    changeOf(contrasts, { ...comparison, seeds }, quantity),
  );
  return each.map((change, f): Change => {
    const finding = contrasts.findings[f];
    const { contrast, weights, note } = infer(change, 'difference', reading, notes);
    return {
      dataset: contrasts.dataset.name,
      of: quantity.of,
      from_model: comparison.from,
      to_model: comparison.to,
      seed: row.seed,
      finding: finding ?? MEAN,
      view: quantity.view,
      mean_over: meanOver(finding === undefined, row),
      ...contrast,
      p_adjusted: null,
      p_bh: null,
      within_margin: withinMargin(contrast, margin),
      noninferior: notBelowMargin(contrast, margin),
      ...weights,
      note,
    };
  });
}
