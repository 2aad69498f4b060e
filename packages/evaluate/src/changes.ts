import type { MetricsChange } from '@viewgap/contracts';
import { benjaminiHochberg, holm } from './adjust.ts';
import { MEAN } from './cells.ts';
import { type Contrast, type Contrasts, difference, missing } from './contrasts.ts';
import { type Reading, summarise } from './summary.ts';

/** The two models of a change, with the seeds that both have: their means are taken over the same seeds. */
export interface Comparison {
  readonly from: string;
  readonly to: string;
  readonly seeds: readonly number[];
  readonly notes: readonly string[];
}

/** Pairs two models by seed, and says for which weights the standard errors speak. */
export function compare(contrasts: Contrasts, from: string, to: string): Comparison {
  const [first, second] = [contrasts.seeds(from), contrasts.seeds(to)];
  const seeds = first.filter((seed) => second.includes(seed));
  const unpaired = first.length + second.length - 2 * seeds.length;
  const notes = [
    seeds.length === 1 ? 'these weights only: one seed' : null,
    seeds.length > 1
      ? `these weights only: mean over ${seeds.length} seeds, the standard error has no part between seeds`
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
    if (contrasts.seeds(model).length === 0) return missing(`no scores of ${model} in this data set`);
  }
  if (seeds.length === 0) return missing(`${from} and ${to} have no seed in common`);
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

/** Changes from one model to another; a family of tests is the findings of one quantity. */
export function changeRows(
  contrasts: Contrasts,
  comparison: Comparison,
  reading: Reading,
  notes: readonly string[],
): MetricsChange[] {
  const said = [...comparison.notes, ...notes];
  return QUANTITIES.flatMap((quantity) => {
    const delta = changeOf(contrasts, comparison, quantity);
    const summaries = contrasts.findings.map((f) => summarise(delta(f), 'difference', reading, said));
    const family = summaries.map(({ p }) => p);
    const [byHolm, byBh] = [holm(family), benjaminiHochberg(family)];
    const mean = summarise(contrasts.mean(delta), 'difference', reading, said);
    return [...summaries, mean].map(({ value, se, ci, p, note }, f): MetricsChange => {
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
        p_holm: byHolm[f] ?? null,
        p_bh: byBh[f] ?? null,
        note,
      };
    });
  });
}
