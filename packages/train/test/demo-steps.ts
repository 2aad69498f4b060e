/** Takes training steps of the demo's first model, on noise: demo-steps.ts <steps>. Prints their losses. */
import { fileURLToPath } from 'node:url';
import { DEFAULT_FINDINGS, modelConfig, readPipeline } from '@viewgap/contracts';
import { defaultCacheDir, startEngine } from '@viewgap/engine';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { labelRule, labelTargets } from '../src/batches/label-targets.ts';
import { TrainingStep } from '../src/fit/training-step.ts';
import { initialModels } from '../src/model/initial-models.ts';

const steps = Number(process.argv[2]);
const { config } = await readPipeline(fileURLToPath(new URL('../../../pipelines/demo', import.meta.url)));
const { common } = config.train;
const { size } = config.ingest;
await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {}, prefer: 'native' });
const { model } = await initialModels({
  common,
  model: modelConfig.parse({}),
  seed: 0,
  size,
  findings: DEFAULT_FINDINGS,
  pretrained: null,
});
const training = new TrainingStep(model, null, { common, decoder: null, size, steps });
const generator = xoroshiro128plus(1);
const rule = labelRule(DEFAULT_FINDINGS, common, () => {
  throw new Error('the demo balances no finding');
});
const losses: number[] = [];
for (let step = 1; step <= steps; step += 1) {
  const pixels = Uint8Array.from({ length: common.batchSize * size ** 2 }, () =>
    uniformInt(generator, 0, 255),
  );
  const labels = Array.from({ length: common.batchSize }, () =>
    DEFAULT_FINDINGS.map(() => (uniformInt(generator, 0, 1) === 1 ? 1 : 0)),
  );
  const loss = await training.run(step, { pixels, inside: null }, labelTargets(labels, rule));
  losses.push(loss.classification);
}
console.log(JSON.stringify(losses));
