/**
 * A unit of work of a pipeline: one Nx project, and one folder of the same name under runs/<pipeline>/.
 *
 * @typedef {object} Unit
 * @property {keyof typeof import('./stages.mjs').STAGES} stage the subcommand's name, and the target's
 * @property {string} path below runs/<pipeline>/, as packages/artifacts/src/manifest/unit-path.ts has it
 * @property {readonly string[]} tags by which Nx may select it, besides its stage and its pipeline
 * @property {readonly string[]} args of the subcommand
 * @property {readonly string[]} fields of pipeline.json that it reads besides the keys that it gets as args
 * @property {readonly Unit[]} after the units whose artifacts it reads
 */

/**
 * The units of a pipeline in an order in which they may run: the one place that knows the order of the stages.
 * None where there is no source, no model or no seed: such a pipeline cannot run, and the command says so.
 * @param {import('./pipeline-keys.mjs').PipelineKeys} keys
 * @returns {Unit[]}
 */
export function unitsOf(keys) {
  const { sources, models, rivals, seeds } = keys;
  if (sources.length === 0 || models.length === 0 || seeds.length === 0) return [];
  const ingests = sources.map((source) =>
    unit('ingest', [source], [], ['ingest', `sources.${source}`], ['--source', source]),
  );
  const catalog = unit('catalog', [], ingests, ['catalog']);
  const { trials, tunes } = tuned(keys, catalog);
  const runs = models.flatMap((model) => {
    const choices = tunes.filter((tune) => [model, keys.reference].includes(tune.of)).map(({ tune }) => tune);
    return seeds.map((seed) => trainedModel(model, rivals[model], String(seed), [catalog, ...choices]));
  });
  const trains = runs.map(({ train }) => train);
  const predicts = runs.map(({ predict }) => predict);
  const evaluate = unit('evaluate', [], predicts, ['evaluate']);
  const chosen = tunes.map(({ tune }) => tune);
  const report = unit('report', [], [evaluate, catalog, ...chosen, ...trains, ...predicts], ['report']);
  return [...ingests, catalog, ...trials, ...chosen, ...trains, ...predicts, evaluate, report];
}

/**
 * Trials, and what chooses among those of a model: first the reference's, then those of the others under its choice.
 * @param {import('./pipeline-keys.mjs').PipelineKeys} keys
 * @param {Unit} catalog
 */
function tuned({ models, trials, reference }, catalog) {
  if (reference === null) return { trials: [], tunes: [] };
  /** @param {string} model @param {readonly Unit[]} after */
  const tunedModel = (model, after) => {
    const fields = ['train.common', `train.models.${model}`, 'train.tuning.seed'];
    const units = (trials[model] ?? []).map((name) =>
      unit('trial', [model, name], after, fields, ['--model', model, '--trial', name]),
    );
    const list = model === reference ? 'train.tuning.common' : `train.tuning.models.${model}`;
    return { of: model, units, tune: unit('tune', [model], units, [list], ['--model', model]) };
  };
  const first = tunedModel(reference, [catalog]);
  const others = models.filter((model) => model !== reference && trials[model] !== undefined);
  const tunes = [first, ...others.map((model) => tunedModel(model, [catalog, first.tune]))];
  return { trials: tunes.flatMap(({ units }) => units), tunes };
}

/**
 * @param {string} model
 * @param {string | undefined} rival
 * @param {string} seed
 * @param {readonly [Unit, ...Unit[]]} after the catalog, and what was chosen for the model
 */
function trainedModel(model, rival, seed, after) {
  const of = [model, `seed-${seed}`];
  const args = ['--model', model, '--seed', seed];
  const models = [model, ...(rival === undefined ? [] : [rival])].map((name) => `train.models.${name}`);
  const train = unit('train', of, after, ['train.common', ...models], args);
  return { train, predict: unit('predict', of, [train, after[0]], ['predict', 'sources'], args) };
}

/** @type {(stage: Unit['stage'], of: string[], after: readonly Unit[], fields: string[], args?: string[]) => Unit} */
function unit(stage, of, after, fields, args = []) {
  const [first] = of;
  const tags = first === undefined ? [] : [`${stage === 'ingest' ? 'source' : 'model'}:${first}`];
  return { stage, path: [stage, ...of].join('/'), tags, args, fields, after };
}
