import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { clusterCount, type Interval, meanAbsChangeInterval, smallest } from '@viewgap/stats';
import { type Comparison, changeOf, compare } from '../contrasts/comparison.ts';
import { type Contrast, type Contrasts, missing } from '../contrasts/estimates.ts';
import { bounds } from '../contrasts/inference.ts';
import { type JointGaps, jointGaps } from '../contrasts/joint-error.ts';
import { fewPatients, joinNotes } from '../contrasts/notes.ts';
import { clustersNoun, type Reading } from '../contrasts/reading.ts';
import { type Seeded, seeded } from '../contrasts/seeded.ts';
import { tableOf } from '../contrasts/table.ts';
import { MEAN } from '../study/study.ts';

type AbsGapChange = MetricsRow<'abs_gap_changes'>;

export const table = tableOf(METRICS_TABLES.abs_gap_changes, ({ contrasts, pairs, reading, notes }) =>
  pairs.flatMap(([from, to]) => absGapChangeRows(contrasts, compare(contrasts, from, to), reading, notes)),
);

/** Gaps of the two models. */
type Gaps = readonly [Seeded, Seeded];

/** Changes of |gap|: of each finding, of |mean gap|, and of mean |gap|, which differ when gaps differ in sign. */
function absGapChangeRows(
  contrasts: Contrasts,
  comparison: Comparison,
  reading: Reading,
  notes: readonly string[],
): AbsGapChange[] {
  const { from, to, seeds } = comparison;
  const delta = changeOf(contrasts, comparison, { of: 'change_of_gap', view: null });
  const changes = new Map(contrasts.findings.map((finding) => [finding, delta(finding)]));
  const estimable = contrasts.findings.filter((finding) => changes.get(finding)?.estimate !== null);
  const gaps = (finding: string): Gaps => {
    const ofModel = (model: string) => seeded(seeds, (own) => contrasts.gap(model, own, finding));
    return [ofModel(from), ofModel(to)];
  };
  const meanGap = (model: string): Seeded =>
    seeded(seeds, (own) =>
      contrasts.mean((finding) =>
        estimable.includes(finding) ? contrasts.gap(model, own, finding) : missing(finding),
      ),
    );
  const row = (finding: string, of: AbsGapChange['of'], change: Contrast, pairs: readonly Gaps[]) => ({
    dataset: contrasts.dataset.name,
    of,
    from_model: from,
    to_model: to,
    finding,
    ...absChange(change, pairs, reading, [...comparison.notes, ...notes]),
  });
  const mean = contrasts.mean((finding) => changes.get(finding) as Contrast);
  const some = estimable.length > 0;
  return [
    ...[...changes].map(([finding, change]) =>
      row(finding, 'change_of_abs_gap', change, change.estimate === null ? [] : [gaps(finding)]),
    ),
    row(MEAN, 'change_of_abs_mean_gap', mean, some ? [[meanGap(from), meanGap(to)]] : []),
    row(MEAN, 'change_of_mean_abs_gap', mean, estimable.map(gaps)),
  ];
}

type Numbers = Pick<AbsGapChange, 'estimate' | 'ci_low' | 'ci_high' | 'clusters' | 'basis' | 'note'>;

/** Mean over the pairs of |second gap| - |first gap|. */
function absChange(
  change: Contrast,
  pairs: readonly Gaps[],
  reading: Reading,
  notes: readonly string[],
): Numbers {
  if (change.estimate === null) {
    const note = joinNotes([change.missing, ...notes]);
    return { estimate: null, ...bounds('ci', null), clusters: 0, basis: 'weights', note };
  }
  const size = ({ mean }: Seeded) => Math.abs(mean.estimate?.value ?? 0);
  const sum = pairs.reduce((total, [a, b]) => total + size(b) - size(a), 0);
  const joint = pairs.map(([a, b]) => jointGaps(a, b, reading)).filter((gaps) => gaps !== null);
  const clusters = clusterCount(change.estimate);
  const ci = joint.length === pairs.length ? projected(joint, clusters - 1, reading.level) : null;
  return {
    estimate: sum / pairs.length,
    ...bounds('ci', ci),
    clusters,
    basis: joint[0]?.basis ?? 'weights',
    note: joinNotes([
      ...change.remarks,
      ci === null
        ? `the error of a gap is 0 or not known, or there are two ${clustersNoun(reading)}: no interval`
        : null,
      fewPatients(change.cells, reading),
      ...notes,
    ]),
  };
}

/** Hotelling's region needs more than one degree of freedom. */
function projected(joint: readonly JointGaps[], clustersDf: number, level: number): Interval | null {
  const df = smallest(joint.map((gaps) => (gaps.basis === 'weights' ? clustersDf : gaps.df)));
  return df > 1
    ? meanAbsChangeInterval(
        joint.map(({ pair }) => pair),
        level,
        df,
      )
    : null;
}
