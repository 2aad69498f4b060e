import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { type Interval, largest, smallest } from '@viewgap/stats';
import { changeOf, compare } from '../contrasts/comparison.ts';
import type { Contrasts } from '../contrasts/estimates.ts';
import { bounds, type Inferred, infer, type Kind } from '../contrasts/inference.ts';
import { joinNotes } from '../contrasts/notes.ts';
import type { Reading } from '../contrasts/reading.ts';
import { type Seeded, seededWithMean } from '../contrasts/seeded.ts';
import { tableOf } from '../contrasts/table.ts';
import { MEAN } from '../study/study.ts';

type WorstView = MetricsRow<'worst_views'>;

/** Without a test: which view is the worst is seen from the same data. */
export const table = tableOf(METRICS_TABLES.worst_views, ({ study, contrasts, pairs, reading, notes }) => [
  ...study.models.flatMap((model) => levelRows(contrasts, model, reading, notes)),
  ...pairs.flatMap(([from, to]) => changeRows(contrasts, from, to, reading, notes)),
]);

const VIEWS = ['AP', 'PA'] as const;

/** Each finding and last their mean, of both views. */
function byView(of: (view: 'AP' | 'PA') => Seeded[]): [ap: Seeded, pa: Seeded][] {
  const [ap, pa] = VIEWS.map(of) as [Seeded[], Seeded[]];
  return ap.map((one, f) => [one, pa[f] as Seeded]);
}

function levelRows(
  contrasts: Contrasts,
  model: string,
  reading: Reading,
  notes: readonly string[],
): WorstView[] {
  const each = byView((view) =>
    seededWithMean(contrasts, contrasts.levelSeeds(model), (seeds) => (finding) => {
      return contrasts.auroc(model, seeds, finding, view);
    }),
  );
  return each.map((views, f): WorstView => {
    const full = inferBoth(views, 'auroc', reading);
    const half = inferBoth(views, 'auroc', bonferroni(reading));
    const [lows, highs] = [ends(full, 'ci_low'), ends(half, 'ci_high')];
    return {
      dataset: contrasts.dataset.name,
      of: 'worst_view_auroc',
      model,
      from_model: null,
      to_model: null,
      finding: contrasts.findings[f] ?? MEAN,
      estimate: smallestOf(full),
      // The worst view's own lower end holds whichever it is; its upper end is the smaller of two, each made wider.
      ...bounds('ci', lows && highs && [smallest(lows), smallest(highs)]),
      ...shared(full, notes),
    };
  });
}

/** The change of the smaller of two numbers lies between the changes of the two. */
function changeRows(
  contrasts: Contrasts,
  from: string,
  to: string,
  reading: Reading,
  notes: readonly string[],
): WorstView[] {
  const comparison = compare(contrasts, from, to);
  const changes = byView((view) =>
    seededWithMean(contrasts, comparison.seeds, (seeds) =>
      changeOf(contrasts, { ...comparison, seeds }, { of: 'change_of_auroc', view }),
    ),
  );
  const level = (model: string) =>
    byView((view) =>
      contrasts
        .withMean((finding) => contrasts.auroc(model, comparison.seeds, finding, view))
        .map((mean) => ({ mean, bySeed: [] })),
    ).map((views) => smallestOf(inferBoth(views, 'auroc', reading)));
  const [before, after] = [level(from), level(to)];
  return changes.map((views, f): WorstView => {
    const half = inferBoth(views, 'difference', bonferroni(reading));
    const [lows, highs] = [ends(half, 'ci_low'), ends(half, 'ci_high')];
    const [first, second] = [before[f] ?? null, after[f] ?? null];
    const estimate = first === null || second === null ? null : second - first;
    const ci: Interval | null = estimate !== null && lows && highs ? [smallest(lows), largest(highs)] : null;
    return {
      dataset: contrasts.dataset.name,
      of: 'change_of_worst_view_auroc',
      model: null,
      from_model: from,
      to_model: to,
      finding: contrasts.findings[f] ?? MEAN,
      estimate,
      ...bounds('ci', ci),
      ...shared(half, [...comparison.notes, ...notes]),
    };
  });
}

function inferBoth([ap, pa]: readonly [Seeded, Seeded], kind: Kind, reading: Reading): Inferred[] {
  return [ap, pa].map((one) => infer(one, kind, reading));
}

/** Two intervals that both hold at the level. */
function bonferroni(reading: Reading): Reading {
  return { ...reading, level: (1 + reading.level) / 2 };
}

function ends(both: readonly Inferred[], end: 'ci_low' | 'ci_high'): number[] | null {
  const values = both.map(({ contrast }) => contrast[end]);
  return values.includes(null) ? null : (values as number[]);
}

function smallestOf(both: readonly Inferred[]): number | null {
  const values = both.map(({ contrast }) => contrast.estimate);
  return values.includes(null) ? null : smallest(values as number[]);
}

function shared(
  both: readonly Inferred[],
  notes: readonly string[],
): Pick<WorstView, 'clusters' | 'basis' | 'note'> {
  const remarks = both.flatMap(({ note }) => note?.split('; ') ?? []);
  return {
    clusters: largest(both.map(({ contrast }) => contrast.clusters)),
    basis: both[0]?.contrast.basis ?? 'weights',
    note: joinNotes([...new Set([...remarks, ...notes])]),
  };
}
