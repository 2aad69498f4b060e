import { isObject } from './json.mjs';
import { STAGES, UNCACHED } from './stages.mjs';

/**
 * @typedef {keyof typeof STAGES | keyof typeof UNCACHED} Verb a subcommand, and its target unless that is renamed
 *
 * @typedef {object} PluginOptions options of the plugin in nx.json
 * @property {string} pipelines folder of the pipelines, relative to the workspace: each has a folder with a pipeline.json
 * @property {Readonly<Record<Verb, string>>} targetNames name of each verb's target
 */

const VERBS = /** @type {Verb[]} */ ([...Object.keys(UNCACHED), ...Object.keys(STAGES)]);
const DEFAULTS = { pipelines: 'pipelines', targetNames: {} };

/**
 * The plugin's options from what nx.json holds.
 * @param {unknown} [options]
 * @returns {PluginOptions}
 * @throws where an option is wrong: one line that says which
 */
export function pluginOptions(options = {}) {
  const { pipelines, targetNames } = { ...DEFAULTS, ...objectOf('options', options, Object.keys(DEFAULTS)) };
  return { pipelines: folderOf(pipelines), targetNames: namesOf(targetNames) };
}

/** @param {unknown} value */
function folderOf(value) {
  if (typeof value !== 'string' || !/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(value))
    fail('pipelines', `must be a folder of the workspace such as "pipelines", not ${JSON.stringify(value)}`);
  return value;
}

/**
 * @param {unknown} value
 * @returns {PluginOptions['targetNames']}
 */
function namesOf(value) {
  const given = objectOf('targetNames', value, VERBS);
  for (const [verb, name] of Object.entries(given)) {
    if (typeof name !== 'string' || !/^[\w.-]+$/.test(name))
      fail(`targetNames.${verb}`, `must be a target's name such as "${verb}", not ${JSON.stringify(name)}`);
  }
  const names = VERBS.map((verb) => [verb, given[verb] ?? verb]);
  for (const [i, [verb, name]] of names.entries()) {
    const other = names.slice(0, i).find(([, earlier]) => earlier === name);
    if (other) fail(`targetNames.${verb}`, `"${name}" is also the target of ${other[0]}`);
  }
  return Object.fromEntries(names);
}

/**
 * @param {string} path
 * @param {unknown} value
 * @param {readonly string[]} known
 */
function objectOf(path, value, known) {
  if (!isObject(value)) return fail(path, `must be an object, not ${JSON.stringify(value)}`);
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) fail(path, `unknown key "${unknown}": it has ${known.join(', ')}`);
  return value;
}

/**
 * @param {string} path
 * @param {string} what
 * @returns {never}
 */
function fail(path, what) {
  throw new Error(`nx.json, plugin @viewgap/nx-pipelines, ${path}: ${what}`);
}
