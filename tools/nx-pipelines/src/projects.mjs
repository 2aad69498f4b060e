import { commandLine } from './command-line.mjs';
import { ENGINE_FILE, inputsOf, listingOf, tallyOf } from './inputs.mjs';
import { STAGES, UNCACHED } from './stages.mjs';
import { unitsOf } from './units.mjs';

/**
 * @typedef {import('nx/src/devkit-exports').ProjectConfiguration} ProjectConfiguration
 * @typedef {import('nx/src/devkit-exports').TargetConfiguration} TargetConfiguration
 * @typedef {import('./options.mjs').PluginOptions} PluginOptions
 * @typedef {import('./options.mjs').Verb} Verb
 * @typedef {import('./pipeline-keys.mjs').PipelineKeys} PipelineKeys
 * @typedef {import('./units.mjs').Unit} Unit
 *
 * @typedef {object} Workspace what all pipelines share
 * @property {PluginOptions} options
 * @property {import('./packages.mjs').Packages} packages
 * @property {NodeJS.Platform} platform
 *
 * @typedef {Workspace & { readonly pipeline: string, readonly folder: string, readonly keys: PipelineKeys }} Pipeline
 */

/** Each TensorFlow takes all cores: two at once would only take turns. */
const TAKES_ALL_CORES = ['trial', 'train', 'predict'];

/**
 * The projects of one pipeline, by root. The roots of units are virtual: no such folder need exist.
 * @param {string} pipeline name of its folder below that of the pipelines
 * @param {PipelineKeys} keys
 * @param {boolean} ready the data are there: else `pipeline` waits for nothing, and its command says what is missing
 * @param {Workspace} workspace
 * @returns {Record<string, ProjectConfiguration>}
 */
export function pipelineProjects(pipeline, keys, ready, workspace) {
  const it = { ...workspace, pipeline, folder: `${workspace.options.pipelines}/${pipeline}`, keys };
  const units = unitsOf(keys);
  const projects = [...units.map((unit) => unitProject(it, unit)), pipelineProject(it, units, ready)];
  return Object.fromEntries(projects.map((each) => [each.root, each]));
}

/**
 * The target that finds or builds the engine, for the project of package engine.
 * @param {Workspace} workspace
 * @returns {Record<string, TargetConfiguration>}
 */
export function engineTargets({ options, platform }) {
  const prepare = uncached('prepare', ['--out', ENGINE_FILE], platform);
  return { [options.targetNames.prepare]: { ...prepare, outputs: [`{workspaceRoot}/${ENGINE_FILE}`] } };
}

/** @type {(it: Pipeline, units: readonly Unit[], ready: boolean) => ProjectConfiguration} */
function pipelineProject(it, units, ready) {
  const { pipeline, folder, keys, options, platform } = it;
  const last = units.filter(({ stage }) => stage === 'report');
  const { scan, phantom, tally, pipeline: all } = options.targetNames;
  return {
    name: pipeline,
    root: folder,
    tags: [`pipeline:${pipeline}`],
    metadata: { description: `The pipeline of ${folder}/pipeline.json` },
    implicitDependencies: ['viewgap', ...last.map((unit) => projectOf(it, unit))],
    targets: {
      ...(units.length > 0 && { [scan]: scanTarget(it) }),
      // Not from the cache: what it writes may be deleted at any time. It writes nothing where all is as it should be.
      ...(units.length > 0 &&
        keys.phantoms.length > 0 && { [phantom]: uncached('phantom', ['--pipeline', folder], platform) }),
      ...(units.length > 0 && keys.external && { [tally]: tallyTarget(it, units) }),
      [all]: {
        ...uncached('pipeline', ['--pipeline', folder], platform),
        dependsOn: ready ? last.map((unit) => taskOf(it, unit)) : [],
      },
    },
  };
}

/**
 * Lists the files of all sources at once: starting a process takes longer than listing a source.
 * @type {(it: Pipeline) => TargetConfiguration}
 */
function scanTarget({ pipeline, folder, keys, options, platform }) {
  return {
    ...uncached('scan', ['--pipeline', folder], platform),
    ...(keys.phantoms.length > 0 && { dependsOn: [options.targetNames.phantom] }),
    outputs: keys.sources.map((source) => `{workspaceRoot}/${listingOf(pipeline, source)}`),
  };
}

/**
 * Counts the configurations that ever scored an external set. Not from the cache: the ledger of them grows, and a report
 * that is found there may be of long ago.
 * @type {(it: Pipeline, units: readonly Unit[]) => TargetConfiguration}
 */
function tallyTarget(it, units) {
  return {
    ...uncached('tally', ['--pipeline', it.folder], it.platform),
    dependsOn: units.filter(({ stage }) => stage === 'predict').map((unit) => taskOf(it, unit)),
    outputs: [`{workspaceRoot}/${tallyOf(it.pipeline)}`],
  };
}

/** @type {(it: Pipeline, unit: Unit) => ProjectConfiguration} */
function unitProject(it, unit) {
  const { pipeline, folder, keys, options, packages, platform } = it;
  const { stage, path, args, after } = unit;
  const { owner, files, trains } = STAGES[stage];
  const { scan, prepare, tally } = options.targetNames;
  const counted = stage === 'report' && keys.external;
  return {
    name: projectOf(it, unit),
    root: `${folder}/${path}`,
    tags: [`pipeline:${pipeline}`, `stage:${stage}`, ...unit.tags],
    metadata: { description: `${path} of the pipeline ${pipeline}` },
    implicitDependencies: [owner, ...after.map((other) => projectOf(it, other))],
    targets: {
      [options.targetNames[stage]]: {
        ...commandTarget(stage, ['--pipeline', folder, ...args], platform),
        cache: true,
        parallelism: !TAKES_ALL_CORES.includes(stage),
        dependsOn: [
          ...(stage === 'ingest' ? [{ projects: [pipeline], target: scan }] : []),
          ...after.map((other) => taskOf(it, other)),
          ...(trains ? [{ projects: ['engine'], target: prepare }] : []),
          ...(counted ? [{ projects: [pipeline], target: tally }] : []),
        ],
        inputs: inputsOf(pipeline, folder, unit, packages, counted),
        outputs: ['manifest.json', 'run.json', ...files].map(
          (file) => `{workspaceRoot}/runs/${pipeline}/${path}/${file}`,
        ),
      },
    },
  };
}

/**
 * Never from the cache: what it depends on lies outside the workspace. It states that it has no inputs, because
 * Nx fails to hash a project without files by its default inputs.
 * @type {(verb: Verb, args: readonly string[], platform: NodeJS.Platform) => TargetConfiguration}
 */
function uncached(verb, args, platform) {
  return { ...commandTarget(verb, args, platform), cache: false, inputs: [] };
}

/** @type {(verb: Verb, args: readonly string[], platform: NodeJS.Platform) => TargetConfiguration} */
function commandTarget(verb, args, platform) {
  const { description, technologies, option } = { ...STAGES, ...UNCACHED }[verb];
  const command = commandLine(['node', 'packages/viewgap/bin/viewgap.mjs', verb, ...args], platform);
  return {
    executor: 'nx:run-commands',
    options: { command, cwd: '{workspaceRoot}' },
    metadata: {
      description,
      technologies: [...technologies],
      help: { command: `npx viewgap help ${verb}`, example: { args: [option] } },
    },
  };
}

/** @type {(it: Pipeline, unit: Unit) => string} */
function projectOf({ pipeline }, { path }) {
  return `${pipeline}/${path}`;
}

/** @type {(it: Pipeline, unit: Unit) => { projects: string[], target: string }} */
function taskOf(it, unit) {
  return { projects: [projectOf(it, unit)], target: it.options.targetNames[unit.stage] };
}
