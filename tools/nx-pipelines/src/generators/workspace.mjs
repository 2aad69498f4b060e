import { isObject } from '../json.mjs';
import { pluginOptions } from '../options.mjs';

const PLUGIN = '@viewgap/nx-pipelines';

/**
 * The folder of the pipelines, as the plugin's options in nx.json name it.
 * @param {import('nx/src/devkit-exports').Tree} tree
 */
export function pipelinesFolder(tree) {
  const { plugins = [] } = JSON.parse(tree.read('nx.json', 'utf8') ?? '{}');
  const entry = plugins.find((/** @type {unknown} */ each) => isObject(each) && each.plugin === PLUGIN);
  return pluginOptions(entry?.options).pipelines;
}
