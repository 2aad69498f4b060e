import { asObject, parseObject } from './json.mjs';

/**
 * What of a pipeline.json decides which projects there are. It holds keys only, never settings: the stages
 * validate those, and an Nx plugin that throws takes every other target of the workspace down with it.
 *
 * @typedef {object} PipelineKeys
 * @property {readonly string[]} sources
 * @property {readonly string[]} models
 * @property {Readonly<Record<string, string>>} rivals by model: another, whose settings its own training depends on
 * @property {readonly number[]} seeds
 * @property {string | null} reference the model whose trials are those of `tuning.common`; null: nothing is tuned
 * @property {Readonly<Record<string, readonly string[]>>} trials names of each model's trials, by their values
 * @property {boolean} external some source is an external set
 * @property {readonly string[]} phantoms sources whose data are synthetic and made by the pipeline itself
 * @property {readonly string[]} roots folders of the other sources as written: relative to the file, absolute, or `$NAME`
 */

/** As packages/contracts/src/config/pipeline.ts allows; any other name is left to the stages to refuse. */
const NAME = /^[a-z0-9][a-z0-9-]*$/;

/**
 * Keys of a pipeline.json; whatever is not as it should be counts as absent.
 * @param {string} text
 * @returns {PipelineKeys}
 */
export function pipelineKeys(text) {
  const pipeline = parseObject(text);
  const sources = names(pipeline.sources);
  const sourceOf = (/** @type {string} */ name) => asObject(asObject(pipeline.sources)[name]);
  const phantoms = sources.filter((source) => Object.keys(asObject(sourceOf(source).phantom)).length > 0);
  const train = asObject(pipeline.train);
  const { from = 'model1' } = asObject(pipeline.evaluate);
  const models = names(train.models);
  const reference = typeof from === 'string' && models.includes(from) ? from : null;
  const trials = reference === null ? {} : trialsOf(asObject(train.tuning), reference, models);
  return {
    sources,
    models,
    rivals: rivalsOf(asObject(train.models)),
    seeds: seedsOf(train.seeds),
    reference: Object.keys(trials).length > 0 ? reference : null,
    trials,
    external: sources.some((source) => sourceOf(source).role === 'external'),
    phantoms,
    roots: sources.flatMap((source) => {
      const { root } = sourceOf(source);
      return typeof root === 'string' && !phantoms.includes(source) ? [root] : [];
    }),
  };
}

/**
 * The models that controls of equal operations are held against.
 * @param {Readonly<Record<string, unknown>>} models
 * @returns {Record<string, string>}
 */
function rivalsOf(models) {
  const known = names(models);
  return Object.fromEntries(
    known.flatMap((name) => {
      const { flopsOf } = asObject(asObject(models[name]).control);
      return typeof flopsOf === 'string' && known.includes(flopsOf) ? [[name, flopsOf]] : [];
    }),
  );
}

/** @param {unknown} value */
function names(value) {
  return Object.keys(asObject(value)).filter((name) => NAME.test(name));
}

/**
 * @param {unknown} value
 * @returns {number[]}
 */
function seedsOf(value) {
  if (value === undefined) return [0];
  if (!Array.isArray(value)) return [];
  return [...new Set(value.filter((seed) => Number.isSafeInteger(seed) && seed >= 0))];
}

/** Names of a trial's values, in the order in which they stand in its name. */
const TRIED = { learningRate: 'learning-rate', weightDecay: 'weight-decay', lambda: 'lambda' };

/**
 * The trials of each model: none where the reference has none, since all others begin with what it chose.
 * @param {Readonly<Record<string, unknown>>} tuning
 * @param {string} reference
 * @param {readonly string[]} models
 * @returns {Record<string, string[]>}
 */
function trialsOf(tuning, reference, models) {
  const lists = { ...asObject(tuning.models), [reference]: tuning.common };
  const trials = models.flatMap((model) => {
    const list = lists[model];
    const named = Array.isArray(list) ? [...new Set(list.map(trialName))].filter((name) => name !== '') : [];
    return named.length > 0 ? [/** @type {const} */ ([model, named])] : [];
  });
  return trials.some(([model]) => model === reference) ? Object.fromEntries(trials) : {};
}

/**
 * As packages/contracts/src/config/trial.ts names it.
 * @param {unknown} values
 */
function trialName(values) {
  const tried = asObject(values);
  return Object.entries(TRIED)
    .flatMap(([key, name]) => (Number.isFinite(tried[key]) ? [`${name}-${tried[key]}`] : []))
    .join('-');
}
