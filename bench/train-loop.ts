/**
 * Times a whole training (shards -> augmentation -> step) beside its compiled step alone and beside PyTorch with a
 * DataLoader and torchvision, in turns: images a second, and their ratios. Needs the pipeline's catalog.
 *
 *   npx tsx bench/train-loop.ts --pipeline pipelines/nih-sample --model model2 --python python3
 *
 * The encoder starts from random weights: ResNet-50, or with `--encoder residual` the small one. `--workers` and
 * `--threads` are PyTorch's, which needs torch, torchvision and pyarrow.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { openArtifact, runFolder, Store, unitPath } from '@viewgap/artifacts';
import { readPipeline, type TrainConfig } from '@viewgap/contracts';
import { defaultCacheDir, startEngine } from '@viewgap/engine';
import { openTimedLoop, type TimedLoop, type Turn } from '@viewgap/train';

const { values } = parseArgs({
  options: {
    pipeline: { type: 'string', default: 'pipelines/nih-sample' },
    model: { type: 'string', default: 'model1' },
    precision: { type: 'string', default: 'float32' },
    encoder: { type: 'string', default: 'resnet50' },
    python: { type: 'string' },
    workers: { type: 'string', default: '2' },
    threads: { type: 'string', default: String(availableParallelism()) },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
  },
});
const log = (line: string) => process.stderr.write(`${line}\n`);
const workspace = process.cwd();
const pipeline = await readPipeline(resolve(values.pipeline));
const configured = pipeline.config.train.models[values.model];
const { precision } = values;
if (!configured) throw new Error(`no model ${values.model} in ${pipeline.name}`);
// PyTorch's decoder has the default widths.
const model = { ...configured, decoder: configured.decoder && { ...configured.decoder, widths: undefined } };
if (precision !== 'float32' && precision !== 'bfloat16') throw new Error(`no precision ${precision}`);
const store = new Store(process.env.VIEWGAP_STORE ?? join(workspace, '.viewgap/store'));
const rebuildCatalog = `npx nx run ${pipeline.name}/catalog:catalog`;
const catalog = await openArtifact(runFolder(workspace, pipeline.name, unitPath.catalog()), 'catalog', {
  rebuild: rebuildCatalog,
  store,
});
const WIDTHS = [16, 32, 64, 128];
const isSmall = values.encoder === 'residual';
if (!isSmall && values.encoder !== 'resnet50') throw new Error(`no encoder ${values.encoder}`);
const common = {
  ...pipeline.config.train.common,
  encoder: isSmall
    ? { name: 'residual', widths: WIDTHS, weights: null, freeze: 0 }
    : { name: 'resnet50', weights: null, freeze: 0 },
  precision,
} satisfies TrainConfig;
await startEngine({ cacheDir: defaultCacheDir(process.env), log });
const loop = await openTimedLoop({ catalog, rebuildCatalog, store, common, model });
const peer = values.python === undefined ? null : await startPeer(values.python, loop);

const contestants: [string, Turn][] = [
  ['whole training', loop.whole],
  ['compiled step alone', loop.bare],
  ...(peer ? [[`PyTorch, ${values.workers} workers`, peer.turn] as [string, Turn]] : []),
];
const rates = new Map<string, number[]>(contestants.map(([name]) => [name, []]));
for (let round = 1; round <= Number(values.rounds); round += 1) {
  for (const [name, turn] of contestants) {
    await turn(2);
    rates.get(name)?.push(await turn(Number(values.seconds)));
  }
}
await loop.close();
await peer?.close();
const median = (name: string) => {
  const sorted = [...(rates.get(name) ?? [])].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};
const whole = median('whole training');
console.log(`${values.encoder}, ${values.model}, ${loop.size} px, batch ${common.batchSize}, ${precision}`);
for (const [name] of contestants) {
  const share = name === 'whole training' ? '' : `  whole training ${(whole / median(name)).toFixed(2)} x`;
  console.log(`  ${name.padEnd(34)} ${median(name).toFixed(1).padStart(7)} images/s${share}`);
}

/** PyTorch in a process of its own, which trains while it is asked to and waits otherwise. */
async function startPeer(python: string, { images, size }: TimedLoop) {
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-bench-'));
  const shards = [...new Set(images.map(({ shard }) => shard))];
  const job = {
    shards: shards.map((shard) => store.path(shard)),
    images: images.map(({ shard, row, labels }) => [shards.indexOf(shard), row, labels]),
    size,
    batch: common.batchSize,
    precision,
    widths: isSmall ? WIDTHS : null,
    decoder: model?.decoder ? model.decoder.loss : null,
    augment: common.augment,
    threads: Number(values.threads),
    workers: Number(values.workers),
  };
  await writeFile(join(folder, 'job.json'), JSON.stringify(job));
  const script = join(import.meta.dirname, 'train_loop_peer.py');
  const child = spawn(python, [script, join(folder, 'job.json')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${python} ended: does it have torch, torchvision and pyarrow?`);
    return value as string;
  };
  log(`PyTorch: ${await next()}`);
  return {
    turn: async (seconds: number) => {
      child.stdin.write(`${seconds}\n`);
      return Number(await next());
    },
    async close() {
      child.stdin.end();
      await once(child, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
