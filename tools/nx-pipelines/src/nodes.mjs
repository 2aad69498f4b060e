import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readPackages } from './packages.mjs';
import { pipelineKeys } from './pipeline-keys.mjs';
import { engineTargets, pipelineProjects } from './projects.mjs';
import { rootExists } from './roots.mjs';

/**
 * @typedef {import('nx/src/devkit-exports').CreateNodesResult} CreateNodesResult
 * @typedef {{ readonly env: NodeJS.ProcessEnv, readonly platform: NodeJS.Platform }} Machine
 */

/**
 * The projects of every pipeline, and the target of the engine's package, by the files that they come from.
 * @param {readonly string[]} files package.json and pipeline.json, relative to the workspace, with forward slashes
 * @param {import('./options.mjs').PluginOptions} options
 * @param {string} workspaceRoot
 * @param {Machine} machine
 * @returns {[file: string, nodes: CreateNodesResult][]}
 */
export function nodesOf(files, options, workspaceRoot, { env, platform }) {
  const manifests = files.filter((file) => basename(file) === 'package.json');
  const packages = readPackages(manifests, workspaceRoot);
  const workspace = { options, packages, platform };
  const nodes = files
    .filter((file) => basename(file) === 'pipeline.json' && dirname(dirname(file)) === options.pipelines)
    .map((file) => {
      const folder = dirname(file);
      const keys = pipelineKeys(readFileSync(join(workspaceRoot, file), 'utf8'));
      const ready = keys.roots.every((root) => rootExists(root, join(workspaceRoot, folder), env));
      return nodesFrom(file, pipelineProjects(basename(folder), keys, ready, workspace));
    });
  const engine = packages.get('engine');
  if (engine === undefined) return nodes;
  const { root } = engine;
  return [nodesFrom(`${root}/package.json`, { [root]: { targets: engineTargets(workspace) } }), ...nodes];
}

/** @type {(file: string, projects: NonNullable<CreateNodesResult['projects']>) => [string, CreateNodesResult]} */
function nodesFrom(file, projects) {
  return [file, { projects }];
}
