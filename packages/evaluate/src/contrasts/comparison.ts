import type { EvaluateConfig } from '@viewgap/contracts';
import type { AurocView } from '../study/label-counts.ts';
import { inNote } from '../study/note-name.ts';
import { type Contrast, type Contrasts, difference, missing } from './estimates.ts';

/** Every pair of models, the declared one first; none of one model. */
export function comparedPairs(
  models: readonly string[],
  { from, to }: EvaluateConfig,
): [from: string, to: string][] {
  if (models.length < 2) return [];
  const others = models.flatMap((a, i) => models.slice(i + 1).map((b): [string, string] => [a, b]));
  const declared = (pair: readonly string[]) => pair.includes(from) && pair.includes(to);
  return [[from, to], ...others.filter((pair) => !declared(pair))];
}

/** The two models of a change, with the seeds that both have: their means are taken over the same seeds. */
export interface Comparison {
  readonly from: string;
  readonly to: string;
  readonly seeds: readonly number[];
  readonly notes: readonly string[];
}

/** Pairs two models by seed, and says where the errors speak of these weights only. */
export function compare(contrasts: Contrasts, from: string, to: string): Comparison {
  const [first, second] = [contrasts.seeds(from), contrasts.seeds(to)];
  const seeds = first.filter((seed) => second.includes(seed));
  const unpaired = first.length + second.length - 2 * seeds.length;
  const notes = [
    seeds.length === 1 ? 'these weights only: one seed' : null,
    seeds.length === 2 ? 'these weights only: two seeds tell too little of others' : null,
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
export type Quantity =
  | { readonly of: 'change_of_auroc'; readonly view: AurocView }
  | { readonly of: 'change_of_gap'; readonly view: null };

export const QUANTITIES: readonly Quantity[] = [
  ...(['mean', 'all', 'AP', 'PA'] as const).map((view): Quantity => ({ of: 'change_of_auroc', view })),
  { of: 'change_of_gap', view: null },
];

export function changeOf(contrasts: Contrasts, comparison: Comparison, quantity: Quantity) {
  return (finding: string): Contrast =>
    change(comparison, contrasts, (model) =>
      quantity.of === 'change_of_gap'
        ? contrasts.gap(model, comparison.seeds, finding)
        : contrasts.auroc(model, comparison.seeds, finding, quantity.view),
    );
}
