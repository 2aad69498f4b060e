import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandFolder, VALID } from '../../test/command.ts';

const { path, viewgap, pipeline } = commandFolder();

test('settings of a training without a pipeline are read as strictly as those of one', () => {
  writeFileSync(path('settings.json'), '{ "train": { "common": { "epoch": 3 }, "models": { "m": {} } } }');
  const call = ['train', '--model', 'm', '--catalog', 'c', '--out', 'o', '--settings', 'settings.json'];
  const { status, stderr } = viewgap(...call);
  expect(stderr).toMatch(
    /1 mistake in .*settings.json: train.common.epoch: unknown key, did you mean "epochs"\?/,
  );
  expect(status).toBe(2);
  expect(viewgap(...call.slice(0, -1), 'none.json').stderr).toMatch(/no such settings: .*none.json/);
});

test('trials of a pipeline are named by their values, and a training waits for the choice', () => {
  const tuning = {
    seed: 1000,
    common: [{ learningRate: 0.01 }, { learningRate: 0.001 }],
    models: { model2: [{ lambda: 0.1 }, { lambda: 1 }] },
  };
  const name = pipeline('tuned', { ...VALID, train: { ...VALID.train, tuning } });
  expect(viewgap('trial', '--pipeline', name, '--model', 'model2', '--trial', 'lambda-0.2')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(
      'no such trial of model2 in train.tuning: lambda-0.2 (did you mean "lambda-0.1"?)',
    ),
  });
  expect(viewgap('tune', '--pipeline', name, '--model', 'model1').stderr).toMatch(
    /no finished trial artifact: .* \(run: npx nx run tuned\/trial\/model1\/learning-rate-0\.01:trial\)/,
  );
  expect(viewgap('train', '--pipeline', name, '--model', 'model2').stderr).toMatch(
    /no finished tune artifact: .* \(run: npx nx run tuned\/tune\/model1:tune\)/,
  );
  const settings = ['--catalog', 'c', '--out', 'o', '--settings', 'tuned.json'];
  writeFileSync(path('tuned.json'), JSON.stringify({ train: { ...VALID.train, tuning } }));
  expect(viewgap('train', '--model', 'model1', ...settings).stderr).toContain(
    'train.tuning without a pipeline: tuned.json (give --pipeline, or try values with --sweep',
  );
});
