import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { tableApart } from '../contrasts/table.ts';
import { type Stratification, strataOf } from '../study/strata.ts';
import { type Dataset, onlyWhere, UNKNOWN } from '../study/study.ts';
import { comparableWeights } from '../study/weighting.ts';

type Balance = MetricsRow<'balance'>;

/** Shares of each stratum among AP and PA images with a known label, as they are and under the weights of `adjusted`. */
export const table = tableApart(METRICS_TABLES.balance, ({ contrasts: { dataset, findings } }) => {
  const stratifications = strataOf(dataset);
  if (stratifications.length === 0) return [];
  const known = onlyWhere(dataset, (i) => stratifications.every(({ code }) => code[i] !== -1));
  return findings.flatMap((finding, f) => {
    const labels = known.labels[f] as Int8Array;
    const weights = comparableWeights(known, labels, stratifications)?.weights ?? null;
    const ones = Float64Array.from(labels, (label) => (label === UNKNOWN ? 0 : 1));
    const prevalence: Stratification = {
      by: 'finding',
      names: ['absent', 'present'],
      code: Int32Array.from(labels),
    };
    return [...stratifications, prevalence].flatMap(({ by, names, code }) =>
      names.map((stratum, s): Balance => {
        const before = shares(known, code, s, ones);
        const after = weights === null ? NO_SHARES : shares(known, code, s, weights);
        const deviation = pooledDeviation(before);
        return {
          dataset: dataset.name,
          finding,
          grouped_by: by,
          stratum,
          ...before,
          difference: standardised(before, deviation),
          weighted_ap: after.ap,
          weighted_pa: after.pa,
          weighted_difference: standardised(after, deviation),
        };
      }),
    );
  });
});

/** null where a view weighs nothing */
interface Shares {
  readonly ap: number | null;
  readonly pa: number | null;
}
const NO_SHARES: Shares = { ap: null, pa: null };

function shares({ ap, images }: Dataset, code: Int32Array, stratum: number, weights: Float64Array): Shares {
  const share = (view: 0 | 1) => {
    let [inside, all] = [0, 0];
    for (let i = 0; i < images; i++) {
      if (ap[i] !== view) continue;
      all += weights[i] as number;
      if (code[i] === stratum) inside += weights[i] as number;
    }
    return all === 0 ? null : inside / all;
  };
  return { ap: share(1), pa: share(0) };
}

function pooledDeviation({ ap, pa }: Shares): number {
  if (ap === null || pa === null) return 0;
  return Math.sqrt((ap * (1 - ap) + pa * (1 - pa)) / 2);
}

function standardised({ ap, pa }: Shares, deviation: number): number | null {
  if (ap === null || pa === null) return null;
  if (ap === pa) return 0;
  return deviation === 0 ? null : (ap - pa) / deviation;
}
