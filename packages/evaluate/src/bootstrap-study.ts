import type { EvaluateConfig, MetricsBootstrap, Progress } from '@viewgap/contracts';
import { bootstrapOnThreads, largest, smallest } from '@viewgap/stats';
import { comparedPairs, READING } from './compute-metrics.ts';
import { Contrasts } from './study/estimates.ts';
import type { Study } from './study/study.ts';
import { bootstrapRows, planBootstrap } from './tables/bootstrap.ts';
import { aurocSubjects, changeSubjects, gapSubjects } from './tables/quantity.ts';

/** The bootstrap of every data set; no rows where config asks for no replicates. Says how well it agrees. */
export async function bootstrapStudy(
  study: Study,
  config: EvaluateConfig,
  seed: number,
  progress: Progress,
): Promise<MetricsBootstrap[]> {
  if (config.bootstrap === 0) return [];
  const { models, findings, datasets } = study;
  const task = progress.start('bootstrap', config.bootstrap * datasets.length, 'replicate');
  const subjects = [
    ...models.flatMap((model) => [...aurocSubjects(model, findings), ...gapSubjects(model, findings)]),
    ...comparedPairs(models, config).flatMap(([from, to]) => changeSubjects(from, to, findings)),
  ];
  const rows: MetricsBootstrap[] = [];
  let done = 0;
  for (const dataset of datasets) {
    const plan = planBootstrap(new Contrasts(dataset, findings), subjects, READING, seed);
    const replicates = await bootstrapOnThreads(plan.job, config.bootstrap, (more) => {
      done += more;
      task.update(done, dataset.name);
    });
    for (const row of bootstrapRows(dataset.name, plan, replicates, READING)) rows.push(row);
  }
  task.finish(agreement(rows));
  return rows;
}

/** One line: how far the analytic errors are from the bootstrap's where every class has enough patients. */
function agreement(rows: readonly MetricsBootstrap[]): string {
  const ratios = rows.filter((row) => !row.few_patients).flatMap(({ ratio }) => ratio ?? []);
  if (ratios.length === 0) return 'no contrast with enough patients to compare its error';
  const [least, most] = [smallest(ratios), largest(ratios)].map((ratio) => ratio.toFixed(3));
  return `bootstrap error / analytic error: ${least} to ${most}`;
}
