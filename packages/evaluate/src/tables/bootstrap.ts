import type { MetricsBootstrap } from '@viewgap/contracts';
import {
  type BootstrapCell,
  type BootstrapContrast,
  type BootstrapJob,
  clusteredError,
  type Estimate,
  OUT,
  type Replicates,
  rankingOf,
  restrict,
  resultOf,
  tQuantile,
  tTestP,
} from '@viewgap/stats';
import { type Contrast, type Contrasts, cellOfKey } from '../study/estimates.ts';
import { joinNotes, type Reading } from '../study/summary.ts';
import { contrastOf, type Subject } from './quantity.ts';

/** A bootstrap of one data set: the work, and what its numbers are of. */
export interface BootstrapPlan {
  readonly job: BootstrapJob;
  readonly subjects: readonly {
    readonly subject: Subject;
    readonly contrast: Contrast;
    readonly few: boolean;
  }[];
}

/** Plans the bootstrap of every subject that can be estimated; studentised are contrasts of few patients. */
export function planBootstrap(
  contrasts: Contrasts,
  subjects: readonly Subject[],
  { few_patients }: Reading,
  seed: number,
): BootstrapPlan {
  const few = ({ cells: counts }: Contrast) =>
    counts.some(
      ({ positivePatients, negativePatients }) => Math.min(positivePatients, negativePatients) < few_patients,
    );
  const present = subjects
    .map((subject) => ({ subject, contrast: contrastOf(contrasts, subject) }))
    .filter(({ contrast }) => contrast.estimate !== null)
    .map((one) => ({ ...one, few: few(one.contrast) }));
  const keys = [...new Set(present.flatMap(({ contrast }) => [...contrast.weights.keys()]))];
  const cells = keys.map((key): BootstrapCell => {
    const [model, seedOfCell, finding, view] = cellOfKey(key);
    const code = contrasts.code(finding, view);
    const scores = contrasts.scores(model, seedOfCell, finding) as Float64Array;
    return { code, ranking: restrict(rankingOf(scores), code, OUT) };
  });
  const { patients, patient } = contrasts.dataset;
  const planned = present.map(({ subject, contrast, few }): BootstrapContrast => {
    const { value, members } = contrast.estimate as Estimate;
    const terms = [...contrast.weights].map(([key, weight]) => ({ cell: keys.indexOf(key), weight }));
    return { terms, value, members: subject.of !== 'auroc' && few ? members : null };
  });
  return { job: { seed, patients, patient, cells, contrasts: planned }, subjects: present };
}

/** What the replicates say beside the analytic errors. */
export function bootstrapRows(
  dataset: string,
  { job, subjects }: BootstrapPlan,
  replicates: Replicates,
  { level }: Reading,
): MetricsBootstrap[] {
  return subjects.map(({ subject, contrast, few }, k): MetricsBootstrap => {
    const estimate = contrast.estimate as Estimate;
    const se = clusteredError(estimate);
    const result = resultOf(replicates, k, subjects.length);
    const studentised = job.contrasts[k]?.members !== null && se !== null && se > 0;
    const half = studentised ? tQuantile(result, level) : null;
    const { value } = estimate;
    return {
      dataset,
      ...subject,
      value,
      se,
      bootstrap_se: result.se,
      ratio: se === null || se === 0 || result.se === null ? null : result.se / se,
      replicates: result.count,
      few_patients: few,
      t_ci: half === null ? null : [value - half * (se as number), value + half * (se as number)],
      t_p: studentised ? tTestP(result, value / se) : null,
      note: joinNotes([
        ...contrast.remarks,
        studentised ? 'few patients: the interval and the p to read are these, studentised' : null,
        studentised && half === null ? 'too few replicates have both classes' : null,
      ]),
    };
  });
}
