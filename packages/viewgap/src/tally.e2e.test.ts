import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { finishArtifact, runFolder, ScoredLedger, unitPath } from '@viewgap/artifacts';
import { DEFAULT_FINDINGS, trainConfig } from '@viewgap/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/viewgap.mjs', import.meta.url));
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'viewgap-tally-'));
  await writeFile(join(root, 'nx.json'), '{}');
  await mkdir(join(root, 'pipelines/study'), { recursive: true });
  const source = { adapter: 'nih-chestxray14', root: '.' };
  const pipeline = {
    sources: { nih: source, private: { ...source, role: 'external' } },
    train: { models: { model1: {}, model2: { decoder: {} } } },
  };
  await writeFile(join(root, 'pipelines/study/pipeline.json'), JSON.stringify(pipeline));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A training, and predictions with it (or with one that it has taken the place of), as a cache restores them. */
async function restored(model: string, decoder: object | null, isOf = true): Promise<void> {
  const train = runFolder(root, 'study', unitPath.train(model, 0));
  const predict = runFolder(root, 'study', unitPath.predict(model, 0));
  for (const folder of [train, predict]) await mkdir(folder, { recursive: true });
  const hash = '1'.repeat(64);
  const config = {
    name: model,
    seed: 0,
    size: 64,
    findings: [...DEFAULT_FINDINGS],
    common: trainConfig.parse({}),
    model: { decoder },
    engine: {},
    fairness: { initial_weights: hash, batch_order: hash, augmentations: hash, steps: 1 },
  };
  const trained = await finishArtifact(
    train,
    { stage: 'train', inputs: {}, config, files: [], counts: {} },
    {},
  );
  const inputs = { train: isOf ? trained.sha256 : hash };
  await finishArtifact(predict, { stage: 'predict', inputs, config: {}, files: [], counts: {} }, {});
}

function tally(): string {
  const args = [BIN, 'tally', '--pipeline', 'pipelines/study'];
  return execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
}

test('predictions from a cache are counted, those with a training that is no more are not, and nothing counts twice', async () => {
  await restored('model1', null);
  await restored('model2', { lambda: 1 }, false);
  expect(tally()).toContain('1 configuration ever scored an external set (private 1)');
  await restored('model2', { lambda: 1 });
  for (let again = 0; again < 2; again++) {
    expect(tally()).toContain('2 configurations ever scored an external set (private 2)');
  }
  const ledger = new ScoredLedger(join(root, 'pipelines/study'));
  expect((await readFile(ledger.path, 'utf8')).trimEnd().split('\n')).toHaveLength(2);
  expect(JSON.parse(await readFile(join(root, '.viewgap/tally/study.json'), 'utf8'))).toEqual({
    configurations: 2,
    sets: { private: 2 },
  });
}, 60_000);
