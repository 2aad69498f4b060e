import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  closeWorkspace,
  inferred,
  openWorkspace,
  pipelineFile,
  STUDY,
  TINY,
  targetsOf,
  waitsFor,
  workspaceRoot,
} from '../test/inferred.ts';
import { createNodes } from './plugin.mjs';

beforeEach(openWorkspace);
afterEach(closeWorkspace);

const [pattern, create] = createNodes;

test('every pipeline and the package engine become projects; other files do not', async () => {
  expect(pattern).toBe('**/{package,pipeline}.json');
  const files = [
    'packages/engine/package.json',
    'packages/train/package.json',
    pipelineFile('a', TINY),
    pipelineFile('b', '{'),
    pipelineFile('a', TINY, 'packages/train/fixtures/pipelines'),
  ];
  const nodes = await create(files, undefined, { workspaceRoot, nxJsonConfiguration: {} });
  expect(nodes.map(([file, { projects }]) => [file, Object.keys(projects ?? {}).length])).toEqual([
    ['packages/engine/package.json', 1],
    ['pipelines/a/pipeline.json', 7],
    ['pipelines/b/pipeline.json', 1],
  ]);
});

test('the folder of the pipelines is an option', () => {
  const file = pipelineFile('demo', TINY, 'research/studies');
  const targets = targetsOf(file, { options: { pipelines: 'research/studies' } });
  const elsewhere = inferred([file]).map(([from]) => from);
  expect(elsewhere).toEqual(['packages/engine/package.json']);
  expect(targets['demo:scan']?.options.command).toContain('scan --pipeline research/studies/demo');
  expect(targets['demo/ingest/nih:ingest']?.inputs).toContainEqual({
    json: '{workspaceRoot}/research/studies/demo/pipeline.json',
    fields: ['ingest', 'sources.nih'],
  });
});

test('names of targets are an option: they wait for each other by those names, and run the same commands', () => {
  const options = { targetNames: { train: 'fit', scan: 'list', prepare: 'engine' } };
  const file = pipelineFile('demo', STUDY);
  const targets = targetsOf(file, { options });
  expect(waitsFor(targets['demo/ingest/nih:ingest'])).toEqual(['demo:list']);
  expect(waitsFor(targets['demo/train/model1/seed-0:fit'])).toEqual([
    'demo/catalog:catalog',
    'engine:engine',
  ]);
  expect(waitsFor(targets['demo/predict/model1/seed-0:predict'])).toContain('demo/train/model1/seed-0:fit');
  expect(targets['demo/train/model1/seed-0:fit']?.options.command).toContain('viewgap.mjs train --pipeline');
  expect(targets['demo/train/model1/seed-0:fit']?.outputs?.[0]).toMatch(
    /runs\/demo\/train\/model1\/seed-0\/manifest\.json$/,
  );
  const [[, { projects }] = ['', {}]] = inferred([file], { options });
  expect(Object.keys(projects?.['packages/engine']?.targets ?? {})).toEqual(['engine']);
});
