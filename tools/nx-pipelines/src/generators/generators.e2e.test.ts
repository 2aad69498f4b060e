/** The generators by the real Nx, in a copy of this repository that has one tiny pipeline. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasTerminal, TinyWorkspace } from '../../test/tiny-workspace.ts';

const SCHEMA = 'pipelines/pipeline.schema.json';

let workspace: TinyWorkspace;
beforeAll(() => {
  workspace = new TinyWorkspace(2);
});
afterAll(() => workspace.dispose());

test('nx g …:pipeline: a pipeline whose units Nx knows', async () => {
  const made = await workspace.nx('g', '@viewgap/nx-pipelines:pipeline', 'new-study', '--root=$NOT_SET');
  expect(made.exitCode, made.output).toBe(0);
  const { output } = await workspace.nx('show', 'projects', '--projects=tag:pipeline:new-study', '--json');
  expect(JSON.parse(output)).toContain('new-study/train/model2/seed-0');
  const run = await workspace.nx('run', 'new-study:pipeline');
  expect([run.exitCode, run.output]).toEqual([0, expect.stringContaining('NOT_SET')]);
});

test('nx sync writes the schema of pipeline.json, and nx sync:check says where it is another', async () => {
  workspace.edit('packages/contracts/src/config/train-config.ts', "describe('", "describe('changed ");
  const before = await workspace.nx('sync:check');
  expect([before.exitCode, before.output]).toEqual([1, expect.stringContaining(SCHEMA)]);
  expect(workspace.has(SCHEMA)).toBe(false);
  const written = await workspace.nx('sync');
  expect(written.exitCode, written.output).toBe(0);
  expect(workspace.read(SCHEMA)).toContain('"changed ');
  expect((await workspace.nx('sync:check')).exitCode).toBe(0);
});

test.skipIf(!hasTerminal)(
  'out of sync, a command in a terminal asks nothing (needs script of util-linux)',
  async () => {
    workspace.remove(SCHEMA);
    const { exitCode, output } = await workspace.nxInTerminal('run', 'tiny:scan');
    expect(exitCode, output).toBe(0);
    expect(output).not.toMatch(/\?\s*$|sync|nx\.dev|Nx Cloud/im);
  },
);
