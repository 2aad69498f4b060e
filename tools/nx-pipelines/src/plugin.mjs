/**
 * Nx plugin: every pipelines/<name>/pipeline.json becomes one project per unit of work, so that Nx runs what is
 * independent at once and again only what has changed. See README.md.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipelineKeys } from './pipeline-keys.mjs';
import { pipelineProjects, prepareTarget } from './projects.mjs';
import { rootExists } from './roots.mjs';

/**
 * @typedef {import('nx/src/devkit-exports').CreateNodesResult} CreateNodesResult
 * @typedef {{ readonly env: NodeJS.ProcessEnv, readonly platform: NodeJS.Platform }} Machine
 */

const ENGINE_PACKAGE = 'packages/engine/package.json';

/** @type {import('nx/src/devkit-exports').CreateNodes} */
export const createNodes = [
  `{pipelines/*/pipeline.json,${ENGINE_PACKAGE}}`,
  (files, _options, { workspaceRoot }) => files.map((file) => [file, nodesOf(file, workspaceRoot, process)]),
];

/**
 * The projects that one file stands for.
 * @param {string} file relative to the workspace, with forward slashes
 * @param {string} workspaceRoot
 * @param {Machine} machine
 * @returns {CreateNodesResult}
 */
export function nodesOf(file, workspaceRoot, { env, platform }) {
  const folder = dirname(file);
  if (file === ENGINE_PACKAGE) {
    return { projects: { [folder]: { targets: { prepare: prepareTarget(platform) } } } };
  }
  const keys = pipelineKeys(readFileSync(join(workspaceRoot, file), 'utf8'));
  const ready = keys.roots.every((root) => rootExists(root, join(workspaceRoot, folder), env));
  return { projects: pipelineProjects(basename(folder), keys, ready, platform) };
}
