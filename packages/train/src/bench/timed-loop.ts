import { join } from 'node:path';
import { type Artifact, catalogFacts, type Store } from '@viewgap/artifacts';
import type { ModelConfig, TrainConfig } from '@viewgap/contracts';
import { labelCounts, type StepPlan, trainingPlans } from '../batches/batch-plans.ts';
import { greysOf, sourceGreys } from '../batches/intensity.ts';
import { labelRule, labelTargets } from '../batches/label-targets.ts';
import { NOTHING_SHOWN, shownAfter } from '../batches/order-hash.ts';
import type { LabelledImage } from '../catalog/image.ts';
import { labelledImages } from '../catalog/read-images.ts';
import { TrainingStep } from '../fit/training-step.ts';
import { createModel } from '../model/model.ts';
import { imageFeed, startImageLoaders } from '../pixels/image-feed.ts';
import type { ImagePixels } from '../pixels/image-worker.ts';
import { KEPT_BYTES } from '../pixels/pixel-cache.ts';

/** More than any turn takes. */
const STEPS = 1_000_000;

export interface TimedLoopOptions {
  readonly catalog: Artifact;
  readonly rebuildCatalog: string;
  readonly store: Store;
  readonly common: TrainConfig;
  readonly model: ModelConfig;
}

/** Images a second of one turn. */
export type Turn = (seconds: number) => Promise<number>;

/** A training to be timed in turns. */
export interface TimedLoop {
  /** edge of the images, pixels */
  readonly size: number;
  readonly images: readonly LabelledImage[];
  /** images read, augmented, trained on, as a training does it */
  readonly whole: Turn;
  /** the same step on one batch that lies ready */
  readonly bare: Turn;
  close(): Promise<void>;
}

/** What a training with these settings runs between two validations, and its compiled step alone. */
export async function openTimedLoop(options: TimedLoopOptions): Promise<TimedLoop> {
  const { catalog, store, model: config } = options;
  const { size } = catalogFacts(catalog, options.rebuildCatalog).images;
  const all = await labelledImages(join(catalog.folder, 'catalog.duckdb'), ['train']);
  const { findings } = all;
  const images = [...all];
  const common = { ...options.common, steps: STEPS };
  const model = createModel(common, config, size, 0, findings.length);
  const training = new TrainingStep(model, null, { common, decoder: config.decoder, size, steps: STEPS });
  const loaders = startImageLoaders(store, size, { keep: KEPT_BYTES });
  const rule = labelRule(findings, common, () => labelCounts(images));
  const targetsOf = (plan: StepPlan) =>
    labelTargets(
      plan.images.map(({ labels }) => labels),
      rule,
    );
  const greys = greysOf(common, await sourceGreys(common, images, loaders));
  const feed = imageFeed(loaders, trainingPlans(images, { ...common, seed: 0, size }));
  const batches = feed[Symbol.asyncIterator]();
  let shown = NOTHING_SHOWN;
  const next = async () => {
    const { value } = await batches.next();
    const { job, batch } = value as { job: StepPlan; batch: ImagePixels };
    return { plan: job, batch };
  };
  const first = await next();
  const ready = [copied(first.batch), targetsOf(first.plan), greys(first.plan.images)] as const;
  const step = async () => {
    const { plan, batch } = await next();
    await training.run(plan.step, batch, targetsOf(plan), greys(plan.images));
    shown = shownAfter(shown, plan);
  };
  return {
    size,
    images,
    whole: (seconds) => rate(step, seconds, common.batchSize),
    bare: (seconds) => rate(() => training.run(1, ...ready), seconds, common.batchSize),
    async close() {
      await batches.return?.(undefined);
      await loaders.close();
      training.dispose();
      model.parameters.dispose();
    },
  };
}

async function rate(step: () => Promise<unknown>, seconds: number, images: number): Promise<number> {
  const begin = performance.now();
  let steps = 0;
  let passed = 0;
  while (passed < seconds * 1000) {
    await step();
    steps += 1;
    passed = performance.now() - begin;
  }
  return (steps * images * 1000) / passed;
}

/** The feed takes its buffers back. */
function copied({ pixels, inside }: ImagePixels): ImagePixels {
  return { pixels: pixels.slice(), inside: inside?.slice() ?? null };
}
