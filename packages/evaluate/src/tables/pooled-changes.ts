import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { changeOf, compare } from '../contrasts/comparison.ts';
import { type Contrast, type Contrasts, difference, linear } from '../contrasts/estimates.ts';
import { infer } from '../contrasts/inference.ts';
import type { Reading } from '../contrasts/reading.ts';
import { seeded } from '../contrasts/seeded.ts';
import { tableOf } from '../contrasts/table.ts';
import { pairCount } from '../study/label-counts.ts';

type PooledChange = MetricsRow<'pooled_changes'>;

export const table = tableOf(METRICS_TABLES.pooled_changes, ({ contrasts, pairs, reading, notes }) =>
  pairs.flatMap(([from, to]) =>
    contrasts.findings.flatMap((finding) => pooledChangeRows(contrasts, from, to, finding, reading, notes)),
  ),
);

/**
 * The pooled AUROC is the mean over all pairs of a positive and a negative image. Pairs of one view are AP's and PA's
 * AUROC, weighted by their shares of the pairs, which are taken as given; the rest is of pairs across views, which a
 * model wins by knowing the view alone.
 */
function pooledChangeRows(
  contrasts: Contrasts,
  from: string,
  to: string,
  finding: string,
  reading: Reading,
  notes: readonly string[],
): PooledChange[] {
  const comparison = compare(contrasts, from, to);
  const [all, ap, pa] = (['all', 'AP', 'PA'] as const).map((view) =>
    pairCount(contrasts.counts(finding, view)),
  );
  const shares = [ap, pa].map((pairs) => (pairs as number) / Math.max(1, all as number));
  const change = (view: 'all' | 'AP' | 'PA', seeds: readonly number[]) =>
    changeOf(contrasts, { ...comparison, seeds }, { of: 'change_of_auroc', view })(finding);
  const within = (seeds: readonly number[]): Contrast =>
    linear(
      (['AP', 'PA'] as const).map((view) => change(view, seeds)),
      shares,
    );
  const inside = shares.reduce((sum, share) => sum + share, 0);
  const parts = {
    within_views: { pairs: inside, of: within },
    between_views: {
      pairs: 1 - inside,
      of: (seeds: readonly number[]) => difference(change('all', seeds), within(seeds)),
    },
  } as const;
  return (['within_views', 'between_views'] as const).map((part): PooledChange => {
    const { contrast, note } = infer(seeded(comparison.seeds, parts[part].of), 'difference', reading, [
      ...comparison.notes,
      ...notes,
    ]);
    return {
      dataset: contrasts.dataset.name,
      from_model: from,
      to_model: to,
      finding,
      part,
      pairs: all === 0 ? null : parts[part].pairs,
      ...contrast,
      note,
    };
  });
}
