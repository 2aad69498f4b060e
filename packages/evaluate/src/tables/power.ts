import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { clusterCount, clusteredError, normalQuantile } from '@viewgap/stats';
import type { Contrasts } from '../contrasts/estimates.ts';
import { joinNotes } from '../contrasts/notes.ts';
import { changeSubjects, contrastOf, type Subject } from '../contrasts/quantity.ts';
import type { Reading } from '../contrasts/reading.ts';
import { tableOf } from '../contrasts/table.ts';

type Power = MetricsRow<'power'>;

export const table = tableOf(METRICS_TABLES.power, ({ study, contrasts, pairs, config, reading }) => {
  const changes = pairs.flatMap(([from, to]) => changeSubjects(from, to, study.findings));
  return powerRows(contrasts, changes, reading, config.margin);
});

const POWER = 0.8;

/** A change that a next study may want to find, where no margin is declared. */
const TARGET = 0.02;

/**
 * The smallest true value that a two-sided test at `1 - level` finds with the given power: (z(1 - a/2) + z(power)) se.
 * Its other tail, below 1e-5 here, is left out.
 */
export function detectable(se: number, level: number, power: number): number {
  return (normalQuantile((1 + level) / 2) + normalQuantile(power)) * se;
}

/** Clusters that would find `target` with that power, if they are like those whose error is `se`. */
export function clustersNeeded(
  se: number,
  clusters: number,
  target: number,
  level: number,
  power: number,
): number {
  return Math.ceil(clusters * (detectable(se, level, power) / target) ** 2);
}

/** For changes, with every covariance of this test set in their errors; these weights, or the mean over these seeds. */
function powerRows(
  contrasts: Contrasts,
  subjects: readonly Subject[],
  { level }: Reading,
  margin: number | null,
): Power[] {
  const target = margin ?? TARGET;
  return subjects.map((subject): Power => {
    const { estimate, missing } = contrastOf(contrasts, subject);
    const se = estimate === null ? null : clusteredError(estimate);
    const clusters = estimate === null ? 0 : clusterCount(estimate);
    const known = se !== null && se > 0;
    return {
      dataset: contrasts.dataset.name,
      ...subject,
      clusters,
      se,
      power: POWER,
      detectable: known ? detectable(se, level, POWER) : null,
      target,
      clusters_needed: known ? clustersNeeded(se, clusters, target, level, POWER) : null,
      note: joinNotes([missing, estimate !== null && !known ? 'standard error is 0 or not known' : null]),
    };
  });
}
