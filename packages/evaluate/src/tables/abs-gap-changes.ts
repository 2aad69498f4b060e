import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import type { Interval } from '@viewgap/stats';
import {
  clusterCount,
  clusteredCovariance,
  clusteredError,
  type Estimate,
  type GapPair,
  meanAbsChangeInterval,
} from '@viewgap/stats';
import { type Comparison, changeOf, compare } from '../contrasts/comparison.ts';
import { type Contrast, type Contrasts, missing } from '../contrasts/estimates.ts';
import { fewPatients, joinNotes, READING, type Reading } from '../contrasts/summary.ts';
import { tableOf } from '../contrasts/table.ts';
import { MEAN } from '../study/study.ts';

type AbsGapChange = MetricsRow<'abs_gap_changes'>;

export const table = tableOf(METRICS_TABLES.abs_gap_changes, ({ contrasts, pairs, notes }) =>
  pairs.flatMap(([from, to]) => absGapChangeRows(contrasts, compare(contrasts, from, to), READING, notes)),
);

/** Gaps of the two models. */
type Gaps = readonly [Estimate, Estimate];

/** Changes of |gap|: of each finding, of |mean gap|, and of mean |gap|, which differ when gaps differ in sign. */
function absGapChangeRows(
  contrasts: Contrasts,
  comparison: Comparison,
  reading: Reading,
  notes: readonly string[],
): AbsGapChange[] {
  const { from, to, seeds } = comparison;
  const delta = changeOf(contrasts, comparison, { of: 'gap' });
  const changes = new Map(contrasts.findings.map((finding) => [finding, delta(finding)]));
  const estimable = contrasts.findings.filter((finding) => changes.get(finding)?.estimate !== null);
  const gaps = (finding: string): Gaps => {
    const [first, second] = [from, to].map((model) => contrasts.gap(model, seeds, finding).estimate);
    return [first as Estimate, second as Estimate];
  };
  const meanGap = (model: string): Estimate =>
    contrasts.mean((finding) =>
      estimable.includes(finding) ? contrasts.gap(model, seeds, finding) : missing(finding),
    ).estimate as Estimate;
  const row = (finding: string, of: AbsGapChange['of'], change: Contrast, pairs: readonly Gaps[]) => ({
    dataset: contrasts.dataset.name,
    seed: null,
    finding,
    of,
    from,
    to,
    ...absChange(change, pairs, reading, [...comparison.notes, ...notes]),
  });
  const mean = contrasts.mean((finding) => changes.get(finding) as Contrast);
  const some = estimable.length > 0;
  return [
    ...[...changes].map(([finding, change]) =>
      row(finding, 'abs', change, change.estimate === null ? [] : [gaps(finding)]),
    ),
    row(MEAN, 'abs_of_mean', mean, some ? [[meanGap(from), meanGap(to)]] : []),
    row(MEAN, 'mean_of_abs', mean, estimable.map(gaps)),
  ];
}

/** Mean over the pairs of |second gap| - |first gap|. */
function absChange(
  change: Contrast,
  pairs: readonly Gaps[],
  reading: Reading,
  notes: readonly string[],
): { delta: number | null; ci: Interval | null; note: string | null } {
  if (change.estimate === null) return { delta: null, ci: null, note: joinNotes([change.missing, ...notes]) };
  const sum = pairs.reduce((total, [a, b]) => total + Math.abs(b.value) - Math.abs(a.value), 0);
  const joint = pairs.map(gapPair).filter((pair) => pair !== null);
  const df = clusterCount(change.estimate) - 1;
  const whole = joint.length === pairs.length && df > 1;
  return {
    delta: sum / pairs.length,
    ci: whole ? meanAbsChangeInterval(joint, reading.level, df) : null,
    note: joinNotes([
      ...change.remarks,
      whole ? null : 'the standard error of a gap is 0 or not known, or there are two patients: no interval',
      fewPatients(change.cells, reading.few_patients),
      ...notes,
    ]),
  };
}

/** null where a gap has no standard error, or one of 0. */
function gapPair([first, second]: Gaps): GapPair | null {
  const cov = clusteredCovariance(first, second);
  const [se1, se2] = [clusteredError(first), clusteredError(second)];
  if (cov === null || !se1 || !se2) return null;
  return { gap1: first.value, gap2: second.value, var1: se1 ** 2, var2: se2 ** 2, cov };
}
