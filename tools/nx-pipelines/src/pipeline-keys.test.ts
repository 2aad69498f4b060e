import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  closeWorkspace,
  openWorkspace,
  pipelineFile,
  projectsOf,
  STUDY,
  TINY,
  targetsOf,
  waitsFor,
  workspaceRoot,
} from '../test/inferred.ts';

beforeEach(openWorkspace);
afterEach(closeWorkspace);

describe('a pipeline.json with mistakes, which the command reports, does not break the workspace', () => {
  const alone = { 'demo:pipeline': [] };
  test.each([
    ['not JSON', '{ "sources": { nih', alone],
    ['empty', '', alone],
    ['not an object', '[1, 2]', alone],
    ['null', 'null', alone],
    ['no sources', { train: TINY.train }, alone],
    ['sources of the wrong kind', { ...TINY, sources: ['nih'] }, alone],
    ['no valid source name', { ...TINY, sources: { '../nih': {}, 'a b': {} } }, alone],
    ['no models', { ...TINY, train: {} }, alone],
    ['train of the wrong kind', { ...TINY, train: 'model1' }, alone],
    ['seeds of the wrong kind', { ...TINY, train: { ...TINY.train, seeds: 3 } }, alone],
    ['no valid seed', { ...TINY, train: { ...TINY.train, seeds: [-1, 0.5, '0', null] } }, alone],
  ])('%s: the pipeline alone', (_what, content, expected) => {
    const targets = targetsOf(pipelineFile('demo', content));
    expect(Object.fromEntries(Object.entries(targets).map(([n, t]) => [n, waitsFor(t)]))).toEqual(expected);
  });

  test('a bad value leaves the units whose keys are good, and their command refuses to run', () => {
    const names = Object.keys(
      targetsOf(
        pipelineFile('demo', {
          sources: { nih: 3, 'Bad name': {} },
          train: { seeds: [0, 'x', 0], models: { model1: null, 'a;b': {} } },
        }),
      ),
    );
    expect(names).toEqual([
      'demo/ingest/nih:ingest',
      'demo/catalog:catalog',
      'demo/train/model1/seed-0:train',
      'demo/predict/model1/seed-0:predict',
      'demo/evaluate:evaluate',
      'demo/report:report',
      'demo:scan',
      'demo:pipeline',
    ]);
  });

  test('a byte order mark is no mistake', () => {
    expect(Object.keys(projectsOf(pipelineFile('demo', `\uFEFF${JSON.stringify(TINY)}`)))).toHaveLength(7);
  });
});

describe('a pipeline whose data are not there waits for nothing, so that its command can say what is missing', () => {
  const pipelineWaits = (root: string, env: NodeJS.ProcessEnv = {}) =>
    waitsFor(
      targetsOf(pipelineFile('demo', { ...TINY, sources: { nih: { root } } }), { env })['demo:pipeline'],
    );

  test.each([
    ['a folder beside the file', '.', {}, true],
    ['a folder that does not exist', 'images', {}, false],
    ['a variable that is not set', '$NIH_ROOT', {}, false],
    ['an empty variable', '$NIH_ROOT', { NIH_ROOT: '' }, false],
    ['a variable with a folder', '$NIH_ROOT', { NIH_ROOT: tmpdir() }, true],
    ['a variable with no folder', '$NIH_ROOT', { NIH_ROOT: join(tmpdir(), 'no', 'such') }, false],
    ['a folder below a variable', '$NIH_ROOT/no/such', { NIH_ROOT: tmpdir() }, false],
    ['an absolute folder', tmpdir(), {}, true],
  ])('%s', (_what, root, env, ready) => {
    expect(pipelineWaits(root, env)).toEqual(ready ? ['demo/report:report'] : []);
  });

  test('its units are still there, to be run one by one', () => {
    const file = pipelineFile('demo', { ...STUDY, sources: { nih: { root: 'nowhere' } } });
    expect(Object.keys(projectsOf(file))).toContain('demo/train/model2/seed-7');
  });

  test('a folder that appears is noticed the next time', () => {
    expect(pipelineWaits('images')).toEqual([]);
    mkdirSync(join(workspaceRoot, 'pipelines/demo/images'));
    expect(pipelineWaits('images')).toEqual(['demo/report:report']);
  });
});
