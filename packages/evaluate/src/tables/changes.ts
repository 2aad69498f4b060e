import type { EvaluateConfig, MetricsChange } from '@viewgap/contracts';
import { benjaminiHochberg, equivalenceP, holm } from '@viewgap/stats';
import { type Contrast, type Contrasts, difference, missing } from '../study/estimates.ts';
import { inNote } from '../study/note-name.ts';
import { MEAN } from '../study/study.ts';
import { type Reading, summarise } from '../study/summary.ts';
import { withMean } from './cells.ts';
import { methodColumns } from './method-columns.ts';

/** The two models of a change, with the seeds that both have: their means are taken over the same seeds. */
export interface Comparison {
  readonly from: string;
  readonly to: string;
  readonly seeds: readonly number[];
  readonly notes: readonly string[];
}

/** How changes are read beside the rest: what their tests are adjusted over, and how small a change counts as none. */
export type ChangeReading = Reading & Pick<EvaluateConfig, 'family' | 'margin'>;

/** Pairs two models by seed, and says for which weights the standard errors speak. */
export function compare(contrasts: Contrasts, from: string, to: string): Comparison {
  const [first, second] = [contrasts.seeds(from), contrasts.seeds(to)];
  const seeds = first.filter((seed) => second.includes(seed));
  const unpaired = first.length + second.length - 2 * seeds.length;
  const notes = [
    seeds.length === 1 ? 'these weights only: one seed' : null,
    seeds.length > 1
      ? `se, ci and p are of these weights only: mean over ${seeds.length} seeds, the standard error has no part between seeds`
      : null,
    unpaired > 0 && seeds.length > 0
      ? `seeds left out because only one of the models has them: ${unpaired}`
      : null,
  ];
  return { from, to, seeds, notes: notes.filter((note) => note !== null) };
}

/** `of` the second model minus `of` the first. */
function change(
  { from, to, seeds }: Comparison,
  contrasts: Contrasts,
  of: (model: string) => Contrast,
): Contrast {
  for (const model of [from, to]) {
    if (contrasts.seeds(model).length === 0) return missing(`no scores of ${inNote(model)} in this data set`);
  }
  if (seeds.length === 0) return missing(`${inNote(from)} and ${inNote(to)} have no seed in common`);
  return difference(of(to), of(from));
}

/** What can change: the AUROC of a view, or the gap. */
export type Quantity = { readonly of: 'auroc'; readonly view: 'AP' | 'PA' | 'all' } | { readonly of: 'gap' };

export const QUANTITIES: readonly Quantity[] = [
  ...(['all', 'AP', 'PA'] as const).map((view): Quantity => ({ of: 'auroc', view })),
  { of: 'gap' },
];

export function changeOf(contrasts: Contrasts, comparison: Comparison, quantity: Quantity) {
  return (finding: string): Contrast =>
    change(comparison, contrasts, (model) =>
      quantity.of === 'gap'
        ? contrasts.gap(model, comparison.seeds, finding)
        : contrasts.auroc(model, comparison.seeds, finding, quantity.view),
    );
}

/**
 * Changes from one model to another. A family of tests is the findings of one quantity or, where so declared, those of
 * all four; the mean over findings is in none.
 */
export function changeRows(
  contrasts: Contrasts,
  comparison: Comparison,
  reading: ChangeReading,
  notes: readonly string[],
): MetricsChange[] {
  const said = [...comparison.notes, ...notes];
  const rows = QUANTITIES.flatMap((quantity) => quantityRows(contrasts, comparison, quantity, reading, said));
  const single = rows.filter(({ finding }) => finding !== MEAN);
  const families =
    reading.family === 'dataset'
      ? [single]
      : QUANTITIES.map(({ of, ...rest }) =>
          single.filter((row) => row.of === of && row.view === ('view' in rest ? rest.view : null)),
        );
  const adjusted = new Map<MetricsChange, Pick<MetricsChange, 'p_holm' | 'p_bh'>>();
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
): MetricsChange[] {
  const deltas = withMean(contrasts, changeOf(contrasts, comparison, quantity));
  const bySeed = comparison.seeds.map((seed) =>
    withMean(contrasts, changeOf(contrasts, { ...comparison, seeds: [seed] }, quantity)),
  );
  return deltas.map((delta, f): MetricsChange => {
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
