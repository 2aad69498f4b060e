/** The generators by the real Nx, in a copy of this repository that has one tiny pipeline. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

test('nx g …:adapter: an adapter that passes its own test, and those of all adapters', async () => {
  const made = await workspace.nx('g', '@viewgap/nx-pipelines:adapter', 'new-layout');
  expect(made.exitCode, made.output).toBe(0);
  const { root } = workspace;
  writeFileSync(join(root, 'plain.config.mjs'), 'export default {};');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const files = ['new-layout', 'layouts'].map((name) => `src/adapters/${name}.test.ts`);
  const call = [
    vitest,
    'run',
    '--root=packages/ingest',
    '--config=../../plain.config.mjs',
    '--reporter=json',
  ];
  const { numPassedTests, success } = JSON.parse(
    execFileSync(process.execPath, [...call, ...files], { cwd: root, encoding: 'utf8' }),
  );
  expect([success, numPassedTests > 10]).toEqual([true, true]);
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
