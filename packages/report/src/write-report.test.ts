import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST_NAME, openArtifact } from '@viewgap/artifacts';
import { expect, test } from 'vitest';
import { makeTestRun, temporaryFolder, testTraining, writeTestTune } from '../test/testing.ts';
import { testMetrics } from '../test/testing-metrics.ts';
import { writeReport } from './write-report.ts';

async function contents(folder: string): Promise<Record<string, string>> {
  const paths = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name !== 'run.json')
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')]),
    ),
  );
}

test('the same inputs give the same bytes, at another time and in another folder', async () => {
  const request = await makeTestRun(await temporaryFolder());
  const first = await writeReport(request);
  const out = join(await temporaryFolder(), 'elsewhere');
  const second = await writeReport({ ...request, out, clock: () => new Date(1e12) });
  expect(second.sha256).toBe(first.sha256);
  expect(await contents(out)).toEqual(await contents(request.out));
});

test('the artifact names every file and its inputs', async () => {
  const request = await makeTestRun(await temporaryFolder());
  await writeReport(request);
  const { manifest } = await openArtifact(request.out, 'report', { rebuild: '', verify: true });
  expect(Object.keys(manifest.inputs)).toEqual([
    'catalog',
    'evaluate',
    'predict/model1/seed-0',
    'predict/model2/seed-0',
    'train/model1/seed-0',
    'train/model2/seed-0',
  ]);
  const written = Object.keys(await contents(request.out)).filter((path) => path !== MANIFEST_NAME);
  expect(manifest.files.map(({ path }) => path)).toEqual(written.sort());
  for (const name of [
    'performance',
    'gaps',
    'changes',
    'published',
    'flow',
    'characteristics',
    'checks',
    'controls',
  ]) {
    for (const kind of ['csv', 'md', 'tex']) expect(written).toContain(`tables/${name}.${kind}`);
  }
  expect(written.filter((path) => path.endsWith('.svg'))).toEqual([
    'figures/auroc-nih.svg',
    'figures/gap-nih.svg',
    'figures/loss.svg',
  ]);
});

test('the page shows the films of both models side by side, or says that it shows none', async () => {
  const request = await makeTestRun(await temporaryFolder(), { shown: 3 });
  await writeReport(request);
  const page = await readFile(join(request.out, 'index.html'), 'utf8');
  expect(page).toContain('style="--columns: 4"');
  expect(page.match(/<img src="data:image\/png;base64,/g)).toHaveLength(3 * 4);
  expect(page).toContain('alt="What raises the score of Model 2 for consolidation, logit +0.50"');
  const without = await makeTestRun(await temporaryFolder(), { shown: 0 });
  await writeReport(without);
  const bare = await readFile(join(without.out, 'index.html'), 'utf8');
  expect(bare).toContain('No film is shown: predict was to draw none, or the images are not public.');
  expect(bare).not.toContain('<img');
});

test('old files go, and no clock, path or host is in what the manifest names', async () => {
  const root = await temporaryFolder();
  const request = await makeTestRun(root);
  await writeReport(request);
  await writeFile(join(request.out, 'tables', 'stale.csv'), 'old');
  await writeReport(request);
  const files = await contents(request.out);
  expect(Object.keys(files)).not.toContain('tables/stale.csv');
  for (const text of Object.values(files)) expect(text).not.toContain(root);
});

test('synthetic data are stamped on the page, every table and every figure', async () => {
  const request = await makeTestRun(await temporaryFolder(), { synthetic: true });
  await writeReport(request);
  const { [MANIFEST_NAME]: _, ...files } = await contents(request.out);
  for (const [path, text] of Object.entries(files)) expect(text, path).toContain('SYNTHETIC');
  const page = files['index.html'] ?? '';
  expect(page.match(/<caption[^>]*><span class="caption"><b class="stamp">SYNTHETIC/g)).toHaveLength(
    page.match(/<caption/g)?.length ?? -1,
  );
});

test('real data are not stamped', async () => {
  const request = await makeTestRun(await temporaryFolder());
  await writeReport(request);
  for (const text of Object.values(await contents(request.out))) expect(text).not.toContain('SYNTHETIC');
});

test('an input that is not finished is named with the command that makes it', async () => {
  const request = await makeTestRun(await temporaryFolder());
  await rm(join(request.evaluate, MANIFEST_NAME));
  await expect(writeReport(request)).rejects.toThrow(
    /no finished evaluate artifact: .*\(run: npx nx run nih-sample\/evaluate\)/,
  );
  const other = await makeTestRun(await temporaryFolder());
  await rm(join(other.trains[1]?.folder ?? '', 'history.jsonl'));
  await expect(writeReport(other)).rejects.toThrow(
    /history\.jsonl \(run: npx nx run nih-sample\/train\/model2\/seed-0/,
  );
});

test('models that were not trained alike are not compared', async () => {
  const { fairness } = testTraining('model2');
  const training = { model2: { fairness: { ...fairness, batch_order: '9'.repeat(64) } } };
  const request = await makeTestRun(await temporaryFolder(), { training });
  await expect(writeReport(request)).rejects.toThrow(/model1 and model2, seed 0, differ in batch_order \(/);
});

test('the page says what was checked, with the first digits of the hashes, or that nothing was', async () => {
  const request = await makeTestRun(await temporaryFolder());
  await writeReport(request);
  const checked = await readFile(join(request.out, 'index.html'), 'utf8');
  expect(checked).toContain('Checked for seed 0: catalog, image size, initial weights');
  for (const digit of ['1', '2', '3']) expect(checked).toContain(`<td class="hash">${digit.repeat(12)}</td>`);
  await writeReport({ ...request, trains: request.trains.slice(0, 1) });
  const unchecked = await readFile(join(request.out, 'index.html'), 'utf8');
  expect(unchecked).toContain('Whether both were trained alike is not checked for seed 0');
  expect(unchecked).not.toContain('Checked for');
});

test('the page says how many configurations ever scored an external set, and where there is none nothing', async () => {
  const request = await makeTestRun(await temporaryFolder());
  const scored = { configurations: 5, sets: { private: 5 } };
  const { manifest } = await writeReport({ ...request, scored });
  const page = await readFile(join(request.out, 'index.html'), 'utf8');
  expect(page).toContain('5 configurations ever scored an external set (private 5); p-values');
  expect(manifest.counts.configurations_scored).toBe(5);
  await writeReport(request);
  expect(await readFile(join(request.out, 'index.html'), 'utf8')).not.toContain('ever scored');
});

test('the page shows the trials that chose the settings, and refuses trainings that have others', async () => {
  const root = await temporaryFolder();
  const tuned = { learningRate: 0.01 };
  const lambda = { ...tuned, lambda: 0.1 };
  const training = { model1: { tuned }, model2: { tuned: lambda } };
  const request = await makeTestRun(root, { training });
  const best = { epoch: 4, classification: 0.43217, auroc: { all: 0.71, AP: null, PA: 0.7 } };
  const tunes = [
    await writeTestTune(join(root, 'tune/model1'), 'model1', [
      { values: tuned, best, chosen: true },
      { values: { learningRate: 1 }, best: null, chosen: false },
    ]),
    await writeTestTune(join(root, 'tune/model2'), 'model2', [
      { values: { lambda: 0.1 }, best, chosen: true },
      { values: { lambda: 1 }, best, chosen: false },
    ]),
  ];
  const { manifest } = await writeReport({ ...request, tunes });
  expect(Object.keys(manifest.inputs)).toEqual(expect.arrayContaining(['tune/model1', 'tune/model2']));
  const page = await readFile(join(request.out, 'index.html'), 'utf8');
  expect(page).toContain('Budgets are equal: 2 trials each of Model 1 and Model 2');
  expect(page).toContain('0.4322');
  expect(page).toContain('the training diverged');
  const csv = await readFile(join(request.out, 'tables/tuning.csv'), 'utf8');
  expect(csv.trim().split('\n')).toHaveLength(5);
  await expect(writeReport(request)).rejects.toThrow(
    /a training did not use the settings that its trials chose: model1, seed 0/,
  );
});

test('the page says which images are tested and which are not', async () => {
  const metrics = testMetrics([
    { dataset: 'nih', split: 'test' },
    { dataset: 'chestx-det', split: 'external' },
  ]);
  const [nih, other] = metrics.datasets;
  if (nih === undefined || other === undefined) throw new Error('two data sets were asked for');
  const datasets = [nih, { ...other, images: 1, clusters: 1, excluded: 3 }];
  const request = await makeTestRun(await temporaryFolder(), {
    sources: { nih: 'train', 'chestx-det': 'external' },
    metrics: { ...metrics, datasets },
  });
  await writeReport(request);
  expect(await readFile(join(request.out, 'index.html'), 'utf8')).toMatch(
    /Tested: the test split of nih, 88 images of 43 patients; chestx-det, 1 image of 1 patient, 3 images of neither view left out\. Validation \(\d+ images\) is not tested\.<\/p>/,
  );
});

test('metrics of another shape are refused with the place where they differ', async () => {
  const request = await makeTestRun(await temporaryFolder());
  const path = join(request.evaluate, 'metrics.json');
  const text = await readFile(path, 'utf8');
  // the same number of bytes, so that the size in the manifest still fits
  await writeFile(path, text.replace('"excluded"', '"included"'));
  await expect(writeReport(request)).rejects.toThrow(/not the metrics that evaluate promises, datasets\.0/);
  await writeFile(path, text.replace('{', '['));
  await expect(writeReport(request)).rejects.toThrow(
    /the metrics cannot be read: .*nx run nih-sample\/evaluate/,
  );
});
