/**
 * A unit of work of a pipeline: one Nx project, and one folder of the same name under runs/<pipeline>/.
 *
 * @typedef {object} Unit
 * @property {'ingest' | 'catalog' | 'train' | 'predict' | 'evaluate' | 'report'} stage the target's name and
 *   the subcommand's
 * @property {string} path below runs/<pipeline>/, as packages/contracts/src/run-folder.ts has it
 * @property {readonly string[]} args of the subcommand
 * @property {readonly string[]} fields of pipeline.json that it reads beside the keys which it gets as args
 * @property {readonly Unit[]} after the units whose artifacts it reads
 */

/**
 * The units of a pipeline in an order in which they may run: the one place that knows the order of the stages.
 * None where there is no source, no model or no seed: such a pipeline cannot run, and the command says so.
 * @param {import('./pipeline-keys.mjs').PipelineKeys} keys
 * @returns {Unit[]}
 */
export function unitsOf({ sources, models, rivals, seeds }) {
  if (sources.length === 0 || models.length === 0 || seeds.length === 0) return [];
  const ingests = sources.map((source) =>
    unit('ingest', [source], [], ['ingest', `sources.${source}`], ['--source', source]),
  );
  const catalog = unit('catalog', [], ingests, ['catalog']);
  const runs = models.flatMap((model) =>
    seeds.map((seed) => trainedModel(model, rivals[model], String(seed), catalog)),
  );
  const trains = runs.map(({ train }) => train);
  const predicts = runs.map(({ predict }) => predict);
  const evaluate = unit('evaluate', [], predicts, ['evaluate']);
  const report = unit('report', [], [evaluate, catalog, ...trains], ['report']);
  return [...ingests, catalog, ...trains, ...predicts, evaluate, report];
}

/**
 * @param {string} model
 * @param {string | undefined} rival
 * @param {string} seed
 * @param {Unit} catalog
 */
function trainedModel(model, rival, seed, catalog) {
  const of = [model, `seed-${seed}`];
  const args = ['--model', model, '--seed', seed];
  const models = [model, ...(rival === undefined ? [] : [rival])].map((name) => `train.models.${name}`);
  const train = unit('train', of, [catalog], ['train.common', ...models], args);
  return { train, predict: unit('predict', of, [train, catalog], [], args) };
}

/** @type {(stage: Unit['stage'], of: string[], after: Unit[], fields: string[], args?: string[]) => Unit} */
function unit(stage, of, after, fields, args = []) {
  return { stage, path: [stage, ...of].join('/'), args, fields, after };
}
