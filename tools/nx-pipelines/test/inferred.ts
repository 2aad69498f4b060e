import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ProjectConfiguration, TargetConfiguration } from 'nx/src/devkit-exports';
import { nodesOf } from '../src/nodes.mjs';
import { pluginOptions } from '../src/options.mjs';

export const TINY = {
  sources: { nih: { adapter: 'nih-chestxray14', root: '.' } },
  train: { models: { model1: {} } },
};

export const STUDY = {
  sources: { nih: { root: '.' }, 'site-b': { root: '.' } },
  train: { seeds: [0, 7], models: { model1: {}, model2: { decoder: {} } } },
};

const PACKAGES = {
  contracts: { zod: '4' },
  engine: { '@tensorflow/tfjs': '4' },
  ingest: { '@scope/contracts': '1', sharp: '0' },
  train: { '@scope/engine': '1', '@scope/contracts': '1' },
};

/** Folder of a workspace with a few packages and the pipelines that a test writes. */
export let workspaceRoot: string;
const manifests = Object.keys(PACKAGES).map((name) => `packages/${name}/package.json`);

/** Makes that folder again, before each test. */
export function openWorkspace(): void {
  workspaceRoot = mkdtempSync(join(tmpdir(), 'nx-pipelines-'));
  for (const [name, dependencies] of Object.entries(PACKAGES)) {
    write(`packages/${name}/package.json`, { name: `@scope/${name}`, nx: { name }, dependencies });
  }
}

export function closeWorkspace(): void {
  rmSync(workspaceRoot, { recursive: true });
}

function write(file: string, content: unknown): void {
  mkdirSync(dirname(join(workspaceRoot, file)), { recursive: true });
  writeFileSync(join(workspaceRoot, file), typeof content === 'string' ? content : JSON.stringify(content));
}

/** Writes a pipeline.json and returns its path in the workspace. */
export function pipelineFile(name: string, content: unknown, folder = 'pipelines'): string {
  const file = `${folder}/${name}/pipeline.json`;
  write(file, content);
  return file;
}

export interface Circumstances {
  readonly env?: NodeJS.ProcessEnv;
  /** of the plugin, as nx.json has them */
  readonly options?: unknown;
}

/** What the plugin makes of the workspace's packages and these pipelines, by file. */
export function inferred(files: readonly string[], { env = {}, options }: Circumstances = {}) {
  const machine = { env, platform: 'linux' as const };
  return nodesOf([...manifests, ...files], pluginOptions(options), workspaceRoot, machine);
}

/** The projects of one pipeline, by name. */
export function projectsOf(file: string, how: Circumstances = {}): Record<string, ProjectConfiguration> {
  const { projects = {} } = inferred([file], how).find(([from]) => from === file)?.[1] ?? {};
  return Object.fromEntries(
    Object.values(projects).map((project) => [project.name, project as ProjectConfiguration]),
  );
}

/** Their targets, as `project:target`. */
export function targetsOf(file: string, how: Circumstances = {}): Record<string, TargetConfiguration> {
  return Object.fromEntries(
    Object.entries(projectsOf(file, how)).flatMap(([name, { targets }]) =>
      Object.entries(targets ?? {}).map(([verb, target]) => [`${name}:${verb}`, target]),
    ),
  );
}

/** `project:target` of everything that a target waits for; `phantom` is one of its own project. */
export function waitsFor(target: TargetConfiguration | undefined): string[] {
  return (target?.dependsOn ?? []).flatMap((dependency) =>
    typeof dependency === 'string'
      ? [dependency]
      : [dependency.projects ?? []].flat().map((project) => `${project}:${dependency.target}`),
  );
}

/** The values that a target's inputs have under a key. */
export function inputsOf(
  target: TargetConfiguration | undefined,
  key: 'fields' | 'dependentTasksOutputFiles',
): unknown[] {
  return (target?.inputs ?? []).flatMap((input) =>
    typeof input === 'object' && key in input ? [(input as Record<string, unknown>)[key]].flat() : [],
  );
}
