import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runFolder, unitPath } from '@viewgap/artifacts';
import { trialName } from '@viewgap/contracts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  closeWorkspace,
  inputsOf,
  openWorkspace,
  pipelineFile,
  projectsOf,
  STUDY,
  TINY,
  targetsOf,
  workspaceRoot,
} from '../test/inferred.ts';
import { rootExists } from './roots.mjs';

beforeEach(openWorkspace);
afterEach(closeWorkspace);

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

describe('what two places must agree on', () => {
  test('units have the names of contracts, and write the folders of those names', () => {
    const projects = projectsOf(pipelineFile('demo', STUDY));
    const runs = ['model1', 'model2'].flatMap((model) => [0, 7].map((seed) => [model, seed] as const));
    const units = [
      unitPath.ingest('nih'),
      unitPath.ingest('site-b'),
      unitPath.catalog(),
      ...runs.map(([model, seed]) => unitPath.train(model, seed)),
      ...runs.map(([model, seed]) => unitPath.predict(model, seed)),
      unitPath.evaluate(),
      unitPath.report(),
    ];
    expect(Object.keys(projects)).toEqual([...units.map((unit) => `demo/${unit}`), 'demo']);
    for (const unit of units) {
      const target = projects[`demo/${unit}`]?.targets?.[unit.split('/')[0] ?? ''];
      const folder = runFolder('{workspaceRoot}', 'demo', unit);
      expect(target?.outputs?.map((output) => output.startsWith(`${folder}/`))).not.toContain(false);
    }
  });

  test('trials have the names of contracts', () => {
    const trials = [
      { learningRate: 0.001 },
      { learningRate: 1e-7, weightDecay: 0 },
      { weightDecay: 0.5 },
      { weightDecay: 1, learningRate: 1 },
    ];
    const train = { ...TINY.train, tuning: { seed: 9, common: trials } };
    const projects = Object.keys(projectsOf(pipelineFile('demo', { ...TINY, train })));
    expect(projects.filter((name) => name.startsWith('demo/trial/'))).toEqual(
      trials.map((trial) => `demo/${unitPath.trial('model1', trialName(trial))}`),
    );
    expect(projects).toContain(`demo/${unitPath.tune('model1')}`);
  });

  test('every target runs a subcommand that exists', () => {
    const verbs = Object.keys(targetsOf(pipelineFile('demo', TINY))).map((name) => name.split(':')[1]);
    for (const verb of [...verbs, 'phantom', 'prepare', 'trial', 'tune', 'tally']) {
      const file = join(REPOSITORY, 'packages/viewgap/src/actions', `${verb}.ts`);
      expect([file, existsSync(file)]).toEqual([file, true]);
    }
  });

  test('the plugin and the command find the same data missing', () => {
    const env = { SET: tmpdir(), EMPTY: '', WRONG: join(tmpdir(), 'no', 'such') };
    const roots = {
      here: '.',
      absolute: tmpdir(),
      set: '$SET',
      absent: 'images',
      elsewhere: '/no/such/folder',
      unset: '$VIEWGAP_TEST_UNSET',
      empty: '$EMPTY',
      wrong: '$WRONG',
    };
    const sources = Object.entries(roots).map(([name, root]) => [name, { adapter: 'nih-chestxray14', root }]);
    const file = pipelineFile('demo', {
      ...TINY,
      sources: Object.fromEntries(sources),
      evaluate: { to: 'model1' },
    });
    const folder = join(workspaceRoot, dirname(file));
    const command = join(REPOSITORY, 'packages/viewgap/bin/viewgap.mjs');
    const said = execFileSync(process.execPath, [command, 'pipeline', '--pipeline', folder], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    const missing = Object.entries(roots).filter(([, root]) => !rootExists(root, folder, env));
    expect([...said.matchAll(/^ {2}(\w+): /gm)].map(([, name]) => name)).toEqual(
      missing.map(([name]) => name),
    );
    expect(missing.map(([name]) => name)).toEqual(['absent', 'elsewhere', 'unset', 'empty', 'wrong']);
  }, 30_000);

  test('a stage hashes the section of pipeline.json that its command reads', () => {
    const targets = targetsOf(pipelineFile('demo', TINY));
    for (const [name, target] of Object.entries(targets)) {
      const verb = name.split(':')[1] ?? '';
      if (!target.cache) continue;
      const source = readFileSync(join(REPOSITORY, 'packages/viewgap/src/actions', `${verb}.ts`), 'utf8');
      const read = [
        ...source.matchAll(/config\.(ingest|catalog|findings|train\.common|evaluate|report)\b/g),
      ].map((match) => match[1]);
      const hashed = inputsOf(target, 'fields');
      expect(hashed, verb).toEqual(expect.arrayContaining(read));
    }
  });
});
