import { type AurocTerm, type Estimate, strataOf } from '@viewgap/stats';
import type { LabelCounts } from '../study/label-counts.ts';
import type { CellTerm, Contrast } from './estimates.ts';
import { type Reading, rarerClass } from './reading.ts';

/** A contrast as a combination of AUROCs, each with its seeds; none where it is no combination of AUROCs. */
export function aurocTerms({ terms }: Contrast, reading: Pick<Reading, 'cluster'>): AurocTerm[] {
  const cells = new Map<string, CellTerm[]>();
  // The counts of a cell are one object: two groups of images have the same finding and view, and counts of their own.
  const counts = [...new Set([...terms.values()].map((term) => term.counts))];
  for (const term of terms.values()) {
    const key = JSON.stringify([term.model, counts.indexOf(term.counts)]);
    cells.set(key, [...(cells.get(key) ?? []), term]);
  }
  return [...cells.values()].map((seeds): AurocTerm => {
    const weight = seeds.reduce((sum, one) => sum + one.weight, 0);
    const rarer = rarerClass((seeds[0] as CellTerm).counts, reading);
    const estimates = seeds.toSorted((a, b) => a.seed - b.seed).map(({ estimate }): Estimate => estimate);
    return { weight, seeds: estimates, rarer };
  });
}

/** The strata of a contrast's clusters, by the classes of its cells. */
export function strataOfTerms({ terms }: Contrast): Uint8Array {
  const cells = [...new Set([...terms.values()].map(({ counts }) => counts))];
  const known = kept.get(cells[0] as LabelCounts) ?? [];
  kept.set(cells[0] as LabelCounts, known);
  const same = known.find(
    (one) => one.cells.length === cells.length && cells.every((cell, i) => one.cells[i] === cell),
  );
  if (same !== undefined) return same.strata;
  const strata = strataOf(cells.flatMap(({ classes }) => classes));
  known.push({ cells, strata });
  return strata;
}

/** Most contrasts are of the same few sets of cells. */
const kept = new WeakMap<
  LabelCounts,
  { readonly cells: readonly LabelCounts[]; readonly strata: Uint8Array }[]
>();
