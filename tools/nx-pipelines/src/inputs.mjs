import { closureOf } from './packages.mjs';
import { STAGES } from './stages.mjs';

/**
 * @typedef {import('nx/src/devkit-exports').TargetConfiguration} TargetConfiguration
 * @typedef {import('./units.mjs').Unit} Unit
 */

/** Which TensorFlow this machine runs: written by `prepare`, an input of every training. */
export const ENGINE_FILE = '.viewgap/engine/engine.json';

/** @type {(pipeline: string, source: string) => string} */
export function listingOf(pipeline, source) {
  return `.viewgap/listings/${pipeline}/${source}.json`;
}

/** @type {(pipeline: string) => string} */
export function tallyOf(pipeline) {
  return `.viewgap/tally/${pipeline}.json`;
}

/**
 * What a unit's hash is made of.
 * @param {string} pipeline
 * @param {string} folder of the pipeline
 * @param {Unit} unit
 * @param {import('./packages.mjs').Packages} packages
 * @param {boolean} counted it says how many configurations ever scored an external set
 * @returns {NonNullable<TargetConfiguration['inputs']>}
 */
export function inputsOf(pipeline, folder, { stage, path, fields, after }, packages, counted) {
  const settings = `${folder}/pipeline.json`;
  return [
    ...codeOf(stage, packages),
    ...(fields.length > 0 ? [{ json: `{workspaceRoot}/${settings}`, fields: [...fields] }] : []),
    ...noticed(stage === 'ingest' ? `${folder}/**/*` : settings),
    ...(stage === 'ingest'
      ? [{ dependentTasksOutputFiles: listingOf(pipeline, path.slice('ingest/'.length)) }]
      : []),
    ...(STAGES[stage].trains ? [{ dependentTasksOutputFiles: ENGINE_FILE }] : []),
    ...(counted ? [{ dependentTasksOutputFiles: tallyOf(pipeline) }] : []),
    // Transitive, or Nx serves a stale evaluate. A manifest names every file by its hash, so it stands for them; of
    // trials a training hashes the choice alone, and is not done again for another one that lost.
    ...after.map((other) => ({
      dependentTasksOutputFiles: `**/${other.path}/${other.stage === 'tune' && stage !== 'report' ? 'choice' : 'manifest'}.json`,
      transitive: true,
    })),
  ];
}

/**
 * The code of a stage. Its packages are named one by one: `^production` would take the code of the stages before it
 * too, on which it depends in the graph but only by their artifacts.
 * @param {Unit['stage']} stage
 * @param {import('./packages.mjs').Packages} packages
 */
function codeOf(stage, packages) {
  const { projects, npm } = closureOf(STAGES[stage].owner, packages);
  return [
    { input: 'production', projects: [...projects] },
    '{workspaceRoot}/packages/viewgap/bin/**/*',
    `{workspaceRoot}/packages/viewgap/src/{commands,actions}/${stage}.ts`,
    '{workspaceRoot}/packages/viewgap/src/{options,pipeline,terminal}/*.ts',
    '!{workspaceRoot}/packages/viewgap/src/*/*.test.ts',
    // They show the progress of a command, as main.ts chooses one: no artifact depends on them.
    '!{workspaceRoot}/packages/viewgap/src/terminal/{terminal-progress,progress-line,time-left}.ts',
    // Without this line Nx would hash every package of the lock file.
    { externalDependencies: [...new Set([...npm, 'tsx'])].sort() },
  ];
}

/**
 * Files whose change makes `nx affected` run the unit, and which are not in its hash: of pipeline.json only some fields
 * are, of a source's data their listing. Nx looks at the first line alone for the one, at both for the other.
 * @param {string} files
 */
function noticed(files) {
  return [`{workspaceRoot}/${files}`, `!{workspaceRoot}/${files}`];
}
