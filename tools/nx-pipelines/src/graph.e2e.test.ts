/** The project graph as the real Nx makes it of a copy of this repository that has one tiny pipeline. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectGraph, TargetConfiguration } from 'nx/src/devkit-exports';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TinyWorkspace } from '../test/tiny-workspace.ts';
import { closureOf, readPackages } from './packages.mjs';
import { STAGES } from './stages.mjs';

let workspace: TinyWorkspace;
let graph: ProjectGraph;

async function readGraph(): Promise<ProjectGraph> {
  const file = join(workspace.root, 'graph.json');
  const { exitCode, output } = await workspace.nx('graph', `--file=${file}`);
  expect(exitCode, output).toBe(0);
  return JSON.parse(readFileSync(file, 'utf8')).graph;
}

beforeAll(async () => {
  workspace = new TinyWorkspace(2);
  graph = await readGraph();
  workspace.remove('graph.json');
});
afterAll(() => workspace.dispose());

const dependenciesOf = (project: string) =>
  (graph.dependencies[project] ?? []).map(({ target }) => target).filter((name) => !name.startsWith('npm:'));

test('shows which stage comes after which, and whose code it runs', () => {
  const units = ['predict', 'train'].flatMap((stage) =>
    ['model1', 'model2'].map((model) => `tiny/${stage}/${model}/seed-0`),
  );
  expect(dependenciesOf('tiny/ingest/nih')).toEqual(['ingest']);
  expect(dependenciesOf('tiny/catalog').sort()).toEqual(['ingest', 'tiny/ingest/nih']);
  expect(dependenciesOf('tiny/train/model1/seed-0').sort()).toEqual(['tiny/catalog', 'train']);
  expect(dependenciesOf('tiny/predict/model1/seed-0').sort()).toEqual([
    'tiny/catalog',
    'tiny/train/model1/seed-0',
    'train',
  ]);
  expect(dependenciesOf('tiny/evaluate').sort()).toEqual([
    'evaluate',
    'tiny/predict/model1/seed-0',
    'tiny/predict/model2/seed-0',
  ]);
  expect(dependenciesOf('tiny/report').sort()).toEqual(['report', 'tiny/catalog', 'tiny/evaluate', ...units]);
  expect(dependenciesOf('tiny').sort()).toEqual(['tiny/report', 'viewgap']);
});

test('tells of every target what it does, with what, how to get help, and an example', () => {
  const inferred = Object.entries(graph.nodes).flatMap(([name, { data }]) =>
    Object.entries(data.targets ?? {}).flatMap(([target, configuration]) =>
      configuration.options?.command?.includes('viewgap.mjs') ? [[`${name}:${target}`, configuration]] : [],
    ),
  ) as [string, TargetConfiguration][];
  expect(inferred.map(([name]) => name)).toEqual(
    expect.arrayContaining([
      'tiny:pipeline',
      'tiny:scan',
      'engine:prepare',
      'tiny/train/model1/seed-0:train',
    ]),
  );
  for (const [name, { metadata, options }] of inferred) {
    const verb = /viewgap\.mjs (\w+)/.exec(options.command)?.[1];
    expect(metadata, name).toEqual({
      description: expect.stringMatching(/^[A-Z].{20}/),
      technologies: [expect.any(String), ...(metadata?.technologies ?? []).slice(1)],
      help: { command: `npx viewgap help ${verb}`, example: { args: [expect.stringMatching(/^--\w/)] } },
    });
  }
});

test('has every package whose code a stage runs among those in its hash', () => {
  const files = Object.values(graph.nodes).map(({ data }) => `${data.root}/package.json`);
  const packages = readPackages(
    files.filter((file) => workspace.has(file)),
    workspace.root,
  );
  const forTests = (project: string): string[] =>
    Object.keys(workspace.json(`${packages.get(project)?.root}/package.json`).devDependencies ?? {});
  for (const owner of new Set(Object.values(STAGES).map((stage) => stage.owner))) {
    const { projects } = closureOf(owner, packages);
    const imported = projects.flatMap((project) =>
      dependenciesOf(project).filter(
        (name) => !forTests(project).includes(packages.get(name)?.npmName ?? ''),
      ),
    );
    expect(
      imported.filter((name) => !projects.includes(name)),
      owner,
    ).toEqual([]);
    expect(projects.length, owner).toBeGreaterThan(1);
  }
});

test('has tags by which Nx chooses projects', async () => {
  const tagsOf = (name: string) => graph.nodes[name]?.data.tags;
  expect(tagsOf('tiny/ingest/nih')).toEqual(['pipeline:tiny', 'stage:ingest', 'source:nih']);
  expect(tagsOf('tiny/report')).toEqual(['pipeline:tiny', 'stage:report']);
  expect(tagsOf('tiny')).toEqual(['pipeline:tiny']);
  const { output } = await workspace.nx('show', 'projects', '--projects=tag:model:model2', '--json');
  expect(JSON.parse(output).sort()).toEqual(['tiny/predict/model2/seed-0', 'tiny/train/model2/seed-0']);
});

describe('nx affected runs, after a change of', () => {
  beforeEach(() => workspace.commit());
  const affected = async () => {
    const { output } = await workspace.nx('show', 'projects', '--affected', '--base=HEAD', '--json');
    return (JSON.parse(output) as string[]).filter((name) => name.startsWith('tiny'));
  };
  const units = () => Object.keys(graph.nodes).filter((name) => name.startsWith('tiny'));

  test('nothing: nothing', async () => {
    expect(await affected()).toEqual([]);
  });

  test('a pipeline.json: all units of that pipeline', async () => {
    workspace.set('train.common.epochs', 3);
    expect((await affected()).sort()).toEqual(units().sort());
  });

  test("a source's data in the pipeline's folder: its ingest and all that comes after", async () => {
    workspace.addImage();
    expect((await affected()).sort()).toEqual(units().sort());
  });

  test('the code of a stage: its units and all that come after, and none before', async () => {
    workspace.append('packages/evaluate/src/index.ts', '\n// changed\n');
    expect((await affected()).sort()).toEqual(['tiny', 'tiny/evaluate', 'tiny/report']);
  });

  test("a stage's command: likewise", async () => {
    workspace.append('packages/viewgap/src/commands/evaluate.ts', '\n// changed\n');
    expect((await affected()).sort()).toEqual(['tiny', 'tiny/evaluate', 'tiny/report']);
  });
});

describe('the options of the plugin in nx.json', () => {
  const give = (options: unknown) => {
    const plugins = [{ plugin: '@viewgap/nx-pipelines', options }];
    writeFileSync(join(workspace.root, 'nx.json'), JSON.stringify({ ...workspace.json('nx.json'), plugins }));
  };

  test('rename targets', async () => {
    give({ targetNames: { train: 'fit' } });
    const { output } = await workspace.nx('show', 'projects', '--with-target=fit', '--json');
    expect(JSON.parse(output).sort()).toEqual(['tiny/train/model1/seed-0', 'tiny/train/model2/seed-0']);
  });

  test('where one is wrong, Nx ends with the line that says which, and no stack', async () => {
    give({ targetNames: { trian: 'fit' } });
    const { exitCode, output } = await workspace.nx('show', 'projects');
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/nx\.json, plugin @viewgap\/nx-pipelines, targetNames: unknown key "trian"/);
    expect(output).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  });
});
