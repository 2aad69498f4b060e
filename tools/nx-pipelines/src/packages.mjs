/**
 * The workspace's packages and what they depend on, by their package.json: createNodes runs before Nx has its graph.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asObject, parseObject } from './json.mjs';

/**
 * @typedef {object} Package
 * @property {string} root relative to the workspace
 * @property {string} npmName
 * @property {readonly string[]} dependencies npm names of the packages that it needs to run
 *
 * @typedef {ReadonlyMap<string, Package>} Packages by the name of the Nx project
 *
 * @typedef {object} Closure what a package is made of
 * @property {readonly string[]} projects itself and the workspace's packages that it depends on, directly or not
 * @property {readonly string[]} npm packages of npm that these depend on
 */

/**
 * @param {readonly string[]} files package.json files, relative to the workspace
 * @param {string} workspaceRoot
 * @returns {Packages}
 */
export function readPackages(files, workspaceRoot) {
  return new Map(
    files.flatMap((file) => {
      const manifest = parseObject(readFileSync(join(workspaceRoot, file), 'utf8'));
      const { name: npmName, dependencies } = manifest;
      const { name = npmName } = asObject(manifest.nx);
      if (typeof npmName !== 'string' || typeof name !== 'string') return [];
      const entry = { root: dirname(file), npmName, dependencies: Object.keys(asObject(dependencies)) };
      return [/** @type {const} */ ([name, entry])];
    }),
  );
}

/**
 * @param {string} project
 * @param {Packages} packages
 * @returns {Closure} both lists sorted, so that the order of dependencies in a file is in no hash
 */
export function closureOf(project, packages) {
  const projectOf = new Map([...packages].map(([name, { npmName }]) => [npmName, name]));
  const projects = new Set([project]);
  const npm = new Set();
  // A set's iteration reaches what is added to it meanwhile.
  for (const each of projects) {
    for (const dependency of packages.get(each)?.dependencies ?? []) {
      const ours = projectOf.get(dependency);
      if (ours === undefined) npm.add(dependency);
      else projects.add(ours);
    }
  }
  return { projects: [...projects].sort(), npm: [...npm].sort() };
}
