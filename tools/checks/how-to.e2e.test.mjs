import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyWorkspace, ROOT } from './workspace-copy.mjs';

/** @type {string} */
let copy;

beforeAll(async () => {
  copy = await realpath(await mkdtemp(join(tmpdir(), 'viewgap-how-to-')));
  await copyWorkspace(copy);
});
afterAll(() => rm(copy, { recursive: true, force: true }));

/**
 * Does in the copy what a page says: writes the files that it shows, and makes its changes.
 * @param {string} name
 */
async function follow(name) {
  const page = await readFile(join(ROOT, 'docs/how-to', name), 'utf8');
  const steps = page.matchAll(
    /^(?:`(?<path>packages\/[^`]+)`:\n\n)?```(?<kind>ts|diff)\n(?<code>.*?)^```$/gms,
  );
  let path = '';
  for (const { groups = {} } of steps) {
    path = groups.path ?? path;
    const code = groups.code ?? '';
    await (groups.kind === 'ts' ? writeFile(join(copy, path), code) : change(join(copy, path), code));
  }
}

/**
 * Changes the beginning of lines, as a diff has them.
 * @param {string} file
 * @param {string} diff
 */
async function change(file, diff) {
  const lines = diff.trimEnd().split('\n');
  /** @param {string} other */
  const without = (other) =>
    lines
      .filter((line) => !line.startsWith(other))
      .map((line) => line.slice(1))
      .join('\n');
  const text = await readFile(file, 'utf8');
  expect(text).toContain(without('+'));
  await writeFile(file, text.replace(without('+'), without('-')));
}

/** @param {string[]} call */
function run(...call) {
  const { status, stdout, stderr } = spawnSync(process.execPath, call, { cwd: copy, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stdout;
}

test('a table of metrics.json is added by one file', async () => {
  await follow('add-a-table.md');
  const rows = ['AP', 'PA', 'AP', 'PA'].flatMap((view, i) =>
    ['model1', 'model2'].map(
      (model) => `nih,i${i},p${i},${view},${model},0,PTX,${i >> 1},${i / 4},${50 + i}`,
    ),
  );
  const header = 'dataset,image_id,patient_id,view,model,seed,finding,label,score,age_years';
  await writeFile(join(copy, 'scores.csv'), `${[header, ...rows].join('\n')}\n`);
  run('packages/viewgap/bin/viewgap.mjs', 'evaluate', '--predictions', 'scores.csv', '--out', 'metrics');
  const metrics = JSON.parse(await readFile(join(copy, 'metrics/metrics.json'), 'utf8'));
  expect(metrics.ages).toEqual([{ dataset: 'nih', images: 4, age_ap: 51, age_pa: 52 }]);
  const query = `
    import { queryRows, withDuckDB } from '@viewgap/artifacts';
    import { metrics } from '@viewgap/contracts/metrics';
    import { readFileSync } from 'node:fs';
    metrics.parse(JSON.parse(readFileSync('metrics/metrics.json', 'utf8')));
    const rows = await withDuckDB('metrics/metrics.duckdb', (connection) => queryRows(connection, 'from ages'));
    console.log(JSON.stringify(rows));`;
  await writeFile(join(copy, 'packages/viewgap/query.ts'), query);
  expect(JSON.parse(run('--import', 'tsx', 'packages/viewgap/query.ts'))).toEqual([
    { dataset: 'nih', images: 4, age_ap: 51, age_pa: 52 },
  ]);
});

test('an encoder is added by one file and its names, and trains', async () => {
  await follow('add-an-encoder.md');
  const program = `
    import { DEFAULT_FINDINGS, modelConfig, trainConfig } from '@viewgap/contracts';
    import { defaultCacheDir, startEngine } from '@viewgap/engine';
    import { TrainingStep } from './src/fit/training-step.ts';
    import { initialModels } from './src/model/initial-models.ts';
    const common = trainConfig.parse({ encoder: { name: 'plain' }, batchSize: 4, learningRate: 0.01 });
    const config = modelConfig.parse({ decoder: {} });
    const size = 32;
    await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} });
    const findings = DEFAULT_FINDINGS;
    const { model } = await initialModels({ common, model: config, seed: 0, size, findings, pretrained: null });
    const steps = 5;
    const step = new TrainingStep(model, null, { common, decoder: config.decoder, size, steps });
    const pixels = Uint8Array.from({ length: 4 * size ** 2 }, (_, i) => (i * 37) % 256);
    const targets = new Float32Array(20).map((_, i) => i % 2);
    const labels = { targets, weights: new Float32Array(20).fill(1 / 20) };
    const losses = [];
    for (let at = 1; at <= steps; at++) losses.push(await step.run(at, { pixels, inside: null }, labels));
    console.log(JSON.stringify({ features: model.encoder.features, losses }));`;
  await writeFile(join(copy, 'packages/train/program.ts'), program);
  const { features, losses } = JSON.parse(run('--import', 'tsx', 'packages/train/program.ts'));
  expect(features).toBe(64);
  expect(losses.at(-1).classification).toBeLessThan(losses[0].classification);
  expect(losses.at(-1).reconstruction).toBeLessThan(losses[0].reconstruction);
});
