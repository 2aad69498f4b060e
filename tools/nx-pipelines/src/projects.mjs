import { commandLine } from './command-line.mjs';
import { unitsOf } from './units.mjs';

/**
 * @typedef {import('nx/src/devkit-exports').ProjectConfiguration} ProjectConfiguration
 * @typedef {import('nx/src/devkit-exports').TargetConfiguration} TargetConfiguration
 * @typedef {import('./pipeline-keys.mjs').PipelineKeys} PipelineKeys
 * @typedef {import('./units.mjs').Unit} Unit
 */

/** The package that owns a stage: its code, and that of all that it imports, is an input (`^production`). */
const OWNER = /** @type {const} */ ({
  ingest: 'ingest',
  catalog: 'ingest',
  trial: 'train',
  tune: 'train',
  train: 'train',
  predict: 'train',
  evaluate: 'evaluate',
  report: 'report',
});

/** What a stage writes beside manifest.json and run.json. One by one: Nx replaces a folder that it restores. */
const FILES = /** @type {const} */ ({
  ingest: ['records.arrow', 'quarantine.arrow'],
  catalog: ['catalog.duckdb'],
  trial: ['history.jsonl'],
  tune: ['choice.json', 'trials.json'],
  train: ['weights.safetensors', 'history.jsonl'],
  predict: ['predictions.arrow', 'temperature.json', 'embeddings', 'shown.json', 'shown'],
  evaluate: ['metrics.json', 'metrics.duckdb'],
  report: ['index.html', 'tables', 'figures'],
});

/** Each TensorFlow takes all cores: two at once would only take turns. */
const TAKES_ALL_CORES = ['trial', 'train', 'predict'];

/** Which engine they run on is an input. */
const TRAINS = ['trial', 'train'];

/** What the engine is, native or WASM and which build: written by `prepare`, an input of every training. */
const ENGINE_FILE = '.viewgap/engine/engine.json';

/**
 * The projects of one pipeline, by root. The roots of units are virtual: no such folder need exist.
 * @param {string} pipeline name of its folder below pipelines/
 * @param {PipelineKeys} keys
 * @param {boolean} ready the data are there: else `pipeline` waits for nothing, and its command says what is missing
 * @param {NodeJS.Platform} platform
 * @returns {Record<string, ProjectConfiguration>}
 */
export function pipelineProjects(pipeline, keys, ready, platform) {
  const folder = `pipelines/${pipeline}`;
  const units = unitsOf(keys);
  const last = ready ? units.filter(({ stage }) => stage === 'report') : [];
  const projects = [
    ...units.map((unit) => unitProject(pipeline, unit, keys, platform)),
    project(pipeline, folder, 'viewgap', {
      ...(units.length > 0 && sourceTargets(pipeline, keys, platform)),
      ...(units.length > 0 && keys.external && { tally: tallyTarget(pipeline, units, platform) }),
      pipeline: {
        ...uncached(['pipeline', '--pipeline', folder], platform),
        dependsOn: last.map((unit) => targetOf(pipeline, unit)),
      },
    }),
  ];
  return Object.fromEntries(projects.map((each) => [each.root, each]));
}

/**
 * The target that finds or builds the engine, for the project of package engine.
 * @param {NodeJS.Platform} platform
 * @returns {TargetConfiguration}
 */
export function prepareTarget(platform) {
  return {
    ...uncached(['prepare', '--out', ENGINE_FILE], platform),
    outputs: [`{workspaceRoot}/${ENGINE_FILE}`],
  };
}

/**
 * What is looked at each time, of all sources at once: starting a process takes longer than listing a source.
 * @type {(pipeline: string, keys: PipelineKeys, platform: NodeJS.Platform) => Record<string, TargetConfiguration>}
 */
function sourceTargets(pipeline, { sources, phantoms }, platform) {
  const of = ['--pipeline', `pipelines/${pipeline}`];
  const scan = {
    ...uncached(['scan', ...of], platform),
    outputs: sources.map((source) => `{workspaceRoot}/${listingOf(pipeline, source)}`),
  };
  if (phantoms.length === 0) return { scan };
  // Not from the cache: what it writes may be deleted at any time. It writes nothing where all is as it should be.
  return { phantom: uncached(['phantom', ...of], platform), scan: { ...scan, dependsOn: ['phantom'] } };
}

/** @type {(pipeline: string, source: string) => string} */
function listingOf(pipeline, source) {
  return `.viewgap/listings/${pipeline}/${source}.json`;
}

/**
 * Counts the configurations that ever scored an external set. Not from the cache: the ledger of them grows, and a report
 * that is found there may be of long ago.
 * @type {(pipeline: string, units: readonly Unit[], platform: NodeJS.Platform) => TargetConfiguration}
 */
function tallyTarget(pipeline, units, platform) {
  return {
    ...uncached(['tally', '--pipeline', `pipelines/${pipeline}`], platform),
    dependsOn: units.filter(({ stage }) => stage === 'predict').map((unit) => targetOf(pipeline, unit)),
    outputs: [`{workspaceRoot}/${tallyOf(pipeline)}`],
  };
}

/** @type {(pipeline: string) => string} */
function tallyOf(pipeline) {
  return `.viewgap/tally/${pipeline}.json`;
}

/** @type {(pipeline: string, unit: Unit, keys: PipelineKeys, platform: NodeJS.Platform) => ProjectConfiguration} */
function unitProject(pipeline, unit, { external }, platform) {
  const { stage, path, args, after } = unit;
  const counted = stage === 'report' && external;
  return project(`${pipeline}/${path}`, `pipelines/${pipeline}/${path}`, OWNER[stage], {
    [stage]: {
      ...commandTarget([stage, '--pipeline', `pipelines/${pipeline}`, ...args], platform),
      cache: true,
      parallelism: !TAKES_ALL_CORES.includes(stage),
      dependsOn: [
        ...(stage === 'ingest' ? [{ projects: [pipeline], target: 'scan' }] : []),
        ...after.map((other) => targetOf(pipeline, other)),
        ...(TRAINS.includes(stage) ? [{ projects: ['engine'], target: 'prepare' }] : []),
        ...(counted ? [{ projects: [pipeline], target: 'tally' }] : []),
      ],
      inputs: inputsOf(pipeline, unit, counted),
      outputs: ['manifest.json', 'run.json', ...FILES[stage]].map(
        (file) => `{workspaceRoot}/runs/${pipeline}/${path}/${file}`,
      ),
    },
  });
}

/**
 * @param {string} pipeline
 * @param {Unit} unit
 * @param {boolean} counted it says how many configurations ever scored an external set
 * @returns {NonNullable<TargetConfiguration['inputs']>}
 */
function inputsOf(pipeline, { stage, path, fields, after }, counted) {
  return [
    '^production',
    '{workspaceRoot}/packages/viewgap/bin/**/*',
    `{workspaceRoot}/packages/viewgap/src/{commands,actions}/${stage}.ts`,
    '{workspaceRoot}/packages/viewgap/src/{options,pipeline,terminal}/*.ts',
    '!{workspaceRoot}/packages/viewgap/src/*/*.test.ts',
    // They show the progress of a command, as main.ts chooses one: no artifact depends on them.
    '!{workspaceRoot}/packages/viewgap/src/terminal/{terminal-progress,progress-line,time-left}.ts',
    // No other package is run by name: without this line Nx would hash every package of the lock file.
    { externalDependencies: ['tsx'] },
    ...(fields.length > 0
      ? [{ json: `{workspaceRoot}/pipelines/${pipeline}/pipeline.json`, fields: [...fields] }]
      : []),
    ...(stage === 'ingest'
      ? [{ dependentTasksOutputFiles: listingOf(pipeline, path.slice('ingest/'.length)) }]
      : []),
    ...(TRAINS.includes(stage) ? [{ dependentTasksOutputFiles: ENGINE_FILE }] : []),
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
 * Never from the cache: what it depends on lies outside the workspace. It states that it has no inputs, because
 * Nx fails to hash a project without files by its default inputs.
 * @param {readonly string[]} args
 * @param {NodeJS.Platform} platform
 * @returns {TargetConfiguration}
 */
function uncached(args, platform) {
  return { ...commandTarget(args, platform), cache: false, inputs: [] };
}

/** @type {(args: readonly string[], platform: NodeJS.Platform) => TargetConfiguration} */
function commandTarget(args, platform) {
  const command = commandLine(['node', 'packages/viewgap/bin/viewgap.mjs', ...args], platform);
  return { executor: 'nx:run-commands', options: { command, cwd: '{workspaceRoot}' } };
}

/** @type {(pipeline: string, unit: Unit) => { projects: string[], target: string }} */
function targetOf(pipeline, { path, stage }) {
  return { projects: [`${pipeline}/${path}`], target: stage };
}

/** @type {(name: string, root: string, uses: string, targets: Record<string, TargetConfiguration>) => ProjectConfiguration} */
function project(name, root, uses, targets) {
  return { name, root, implicitDependencies: [uses], targets };
}
