import type { EvaluateConfig } from '@viewgap/contracts';
import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { benjaminiHochberg, equivalenceP, holm } from '@viewgap/stats';
import { type Comparison, changeOf, compare, QUANTITIES, type Quantity } from '../contrasts/comparison.ts';
import type { Contrast, Contrasts } from '../contrasts/estimates.ts';
import { methodColumns } from '../contrasts/method-columns.ts';
import { READING, type Reading, summarise } from '../contrasts/summary.ts';
import { tableOf } from '../contrasts/table.ts';
import { MEAN } from '../study/study.ts';

type Change = MetricsRow<'changes'>;

/** What changes need besides the level: which tests are adjusted together, and how small a change counts as none. */
type ChangeReading = Reading & Pick<EvaluateConfig, 'family' | 'margin'>;

export const table = tableOf(METRICS_TABLES.changes, ({ contrasts, pairs, config, notes }) => {
  const reading = { ...READING, family: config.family, margin: config.margin };
  return pairs.flatMap(([from, to]) => changeRows(contrasts, compare(contrasts, from, to), reading, notes));
});

/**
 * Changes from one model to another. A family of tests is the findings of one quantity or, where so declared, those of
 * all four; the mean over findings is in none.
 */
function changeRows(
  contrasts: Contrasts,
  comparison: Comparison,
  reading: ChangeReading,
  notes: readonly string[],
): Change[] {
  const said = [...comparison.notes, ...notes];
  const rows = QUANTITIES.flatMap((quantity) => quantityRows(contrasts, comparison, quantity, reading, said));
  const single = rows.filter(({ finding }) => finding !== MEAN);
  const families =
    reading.family === 'dataset'
      ? [single]
      : QUANTITIES.map(({ of, ...rest }) =>
          single.filter((row) => row.of === of && row.view === ('view' in rest ? rest.view : null)),
        );
  const adjusted = new Map<Change, Pick<Change, 'p_holm' | 'p_bh'>>();
  for (const family of families) {
    const ps = family.map(({ p }) => p);
    const [byHolm, byBh] = [holm(ps), benjaminiHochberg(ps)];
    family.forEach((row, i) => {
      adjusted.set(row, { p_holm: byHolm[i] ?? null, p_bh: byBh[i] ?? null });
    });
  }
  return rows.map((row) => ({ ...row, ...adjusted.get(row) }));
}

/** Rows of one quantity, each finding and last their mean, not yet adjusted. */
function quantityRows(
  contrasts: Contrasts,
  comparison: Comparison,
  quantity: Quantity,
  { margin, ...reading }: ChangeReading,
  notes: readonly string[],
): Change[] {
  const deltas = contrasts.withMean(changeOf(contrasts, comparison, quantity));
  const bySeed = comparison.seeds.map((seed) =>
    contrasts.withMean(changeOf(contrasts, { ...comparison, seeds: [seed] }, quantity)),
  );
  return deltas.map((delta, f): Change => {
    const summary = summarise(delta, 'difference', reading, notes);
    const { value, se, ci, p, note } = summary;
    const each = bySeed.map((deltas) => deltas[f] as Contrast);
    const method = methodColumns(delta, summary, each, reading.level);
    const tested = margin !== null && p !== null && value !== null;
    const [error, df] = [method.method_se ?? se, method.method_df ?? Number.POSITIVE_INFINITY];
    return {
      dataset: contrasts.dataset.name,
      seed: null,
      finding: contrasts.findings[f] ?? MEAN,
      of: quantity.of,
      view: quantity.of === 'gap' ? null : quantity.view,
      from: comparison.from,
      to: comparison.to,
      delta: value,
      se,
      ci,
      p,
      p_holm: null,
      p_bh: null,
      p_equivalence: tested ? equivalenceP(value, error ?? 0, margin, df) : null,
      ...method,
      note,
    };
  });
}
