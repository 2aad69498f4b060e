import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import {
  type BootstrapCell,
  type BootstrapContrast,
  type BootstrapJob,
  bootstrapOnThreads,
  clusteredError,
  type Estimate,
  largest,
  OUT,
  type Replicates,
  rankingOf,
  restrict,
  resultOf,
  smallest,
  tQuantile,
  tTestP,
} from '@viewgap/stats';
import { type Contrast, Contrasts, cellOfKey } from '../contrasts/estimates.ts';
import { bounds } from '../contrasts/inference.ts';
import { joinNotes } from '../contrasts/notes.ts';
import {
  aurocSubjects,
  changeSubjects,
  contrastOf,
  gapSubjects,
  type Subject,
} from '../contrasts/quantity.ts';
import type { Reading } from '../contrasts/reading.ts';
import type { StudyTable, StudyTask } from '../contrasts/table.ts';

type BootstrapRow = MetricsRow<'bootstrap'>;

export const table: StudyTable<typeof METRICS_TABLES.bootstrap.columns> = {
  shape: METRICS_TABLES.bootstrap,
  studyRows: bootstrapStudy,
};

/** The bootstrap of every data set; no rows where config asks for no replicates. Says how well it agrees. */
async function bootstrapStudy({
  study,
  config,
  reading,
  seed,
  pairs,
  progress,
}: StudyTask): Promise<BootstrapRow[]> {
  if (config.bootstrap === 0) return [];
  const { models, findings, datasets } = study;
  const task = progress.start('bootstrap', config.bootstrap * datasets.length, 'replicate');
  const subjects = [
    ...models.flatMap((model) => [...aurocSubjects(model, findings), ...gapSubjects(model, findings)]),
    ...pairs.flatMap(([from, to]) => changeSubjects(from, to, findings)),
  ];
  const rows: BootstrapRow[] = [];
  let done = 0;
  for (const dataset of datasets) {
    const plan = planBootstrap(new Contrasts(dataset, findings), subjects, reading, seed);
    const replicates = await bootstrapOnThreads(plan.job, config.bootstrap, (more) => {
      done += more;
      task.update(done, dataset.name);
    });
    for (const row of bootstrapRows(dataset.name, plan, replicates, reading)) rows.push(row);
  }
  task.finish(agreement(rows));
  return rows;
}

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
  const keys = [...new Set(present.flatMap(({ contrast }) => [...contrast.terms.keys()]))];
  const cells = keys.map((key): BootstrapCell => {
    const [model, seedOfCell, finding, view] = cellOfKey(key);
    const code = contrasts.code(finding, view);
    const scores = contrasts.scores(model, seedOfCell, finding) as Float64Array;
    return { code, ranking: restrict(rankingOf(scores), code, OUT) };
  });
  const { patients, patient } = contrasts.dataset;
  const planned = present.map(({ subject, contrast, few }): BootstrapContrast => {
    const { value, members } = contrast.estimate as Estimate;
    const terms = [...contrast.terms].map(([key, { weight }]) => ({ cell: keys.indexOf(key), weight }));
    return { terms, value, members: subject.of !== 'auroc' && few ? members : null };
  });
  return { job: { seed, patients, patient, cells, contrasts: planned }, subjects: present };
}

/** The errors from the replicates, next to the analytic errors. */
export function bootstrapRows(
  dataset: string,
  { job, subjects }: BootstrapPlan,
  replicates: Replicates,
  { level }: Reading,
): BootstrapRow[] {
  return subjects.map(({ subject, contrast, few }, k): BootstrapRow => {
    const estimate = contrast.estimate as Estimate;
    const se = clusteredError(estimate);
    const result = resultOf(replicates, k, subjects.length);
    const studentised = job.contrasts[k]?.members !== null && se !== null && se > 0;
    const half = studentised ? tQuantile(result, level) : null;
    const { value } = estimate;
    return {
      dataset,
      ...subject,
      estimate: value,
      se,
      bootstrap_se: result.se,
      ratio: se === null || se === 0 || result.se === null ? null : result.se / se,
      replicates: result.count,
      few,
      ...bounds(
        't_ci',
        half === null ? null : [value - half * (se as number), value + half * (se as number)],
      ),
      t_p: studentised ? tTestP(result, value / se) : null,
      note: joinNotes([
        ...contrast.remarks,
        studentised ? 'few clusters: studentised, for comparison' : null,
        studentised && half === null ? 'too few replicates have both classes' : null,
      ]),
    };
  });
}

/** One line: how far the analytic errors are from the bootstrap's where every class has enough patients. */
function agreement(rows: readonly BootstrapRow[]): string {
  const ratios = rows.filter((row) => !row.few).flatMap(({ ratio }) => ratio ?? []);
  if (ratios.length === 0) return 'no contrast with enough patients to compare its error';
  const [least, most] = [smallest(ratios), largest(ratios)].map((ratio) => ratio.toFixed(3));
  return `bootstrap error / analytic error: ${least} to ${most}`;
}
