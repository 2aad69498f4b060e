// Does bfloat16 train to the same validation AUROC as float32? Trains a small residual network on synthetic images in both,
// seed by seed from the same weights in the same order, and prints the paired differences: `npx tsx studies/precision/precision.ts`.
// Fails when they differ by more than 0.005 on average.

import {
  applyAdam,
  capture,
  createEncoder,
  defaultCacheDir,
  dense,
  globalMean,
  Parameters,
  startEngine,
  tf,
} from '@viewgap/engine';
import { auroc } from '@viewgap/stats';
import { drawShapes, EDGE, KINDS, random, type Shapes } from './shapes.ts';

const SEEDS = [0, 1, 2, 3, 4];
const TRAINED = 6_400;
const VALIDATED = 6_400;
const BATCH = 64;
const EPOCHS = 5;
const RATE = 2e-3;
const BOUND = 0.005;
const PIXELS = EDGE * EDGE;

/** The mean over the labels of the validation AUROC after training. */
async function train(precision: 'float32' | 'bfloat16', seed: number, shapes: Shapes, validation: Shapes) {
  const parameters = new Parameters(seed);
  const encoder = createEncoder('residual', parameters);
  const head = dense(parameters, 'head', encoder.features, KINDS.length);
  const logits = (bytes: tf.Tensor, training: boolean) => {
    const images = tf.div(tf.sub(bytes, 128), 32) as tf.Tensor4D;
    return head(globalMean(encoder.apply(images, training)));
  };
  const variables = Object.fromEntries(parameters.all());
  const images = { shape: [BATCH, EDGE, EDGE, 1], dtype: 'uint8' } as const;
  const step = capture(
    (bytes, labels, rate) => {
      const { value, grads } = tf.variableGrads(
        () =>
          tf.losses.sigmoidCrossEntropy(labels as tf.Tensor, logits(bytes as tf.Tensor, true)) as tf.Scalar,
        parameters.trainable(),
      );
      applyAdam(grads, rate as tf.Scalar);
      return value as tf.Tensor;
    },
    { inputs: [images, { shape: [BATCH, KINDS.length] }, { shape: [] }], variables, precision },
  );
  const infer = capture((bytes) => logits(bytes as tf.Tensor, false), {
    inputs: [images],
    variables,
    precision,
    sharing: step,
  });
  const steps = (EPOCHS * shapes.count) / BATCH;
  let done = 0;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (const batch of batches(shuffled(shapes.count, 1000 * seed + epoch))) {
      const rate = (RATE / 2) * (1 + Math.cos((Math.PI * done++) / steps));
      await step.run(...batchOf(shapes, batch), Float32Array.of(rate));
    }
  }
  const scores: number[] = [];
  for (const batch of batches(Array.from({ length: validation.count }, (_, i) => i))) {
    for (const score of (await infer.run(batchOf(validation, batch)[0])).data) scores.push(score);
  }
  infer.dispose();
  step.dispose();
  parameters.dispose();
  return meanAuroc(scores, validation.labels);
}

function shuffled(count: number, seed: number): number[] {
  const uniform = random(seed);
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

function* batches(order: readonly number[]): Generator<readonly number[]> {
  for (let start = 0; start + BATCH <= order.length; start += BATCH) yield order.slice(start, start + BATCH);
}

function batchOf({ images, labels }: Shapes, indices: readonly number[]): [Uint8Array, Float32Array] {
  const bytes = new Uint8Array(indices.length * PIXELS);
  const truth = new Float32Array(indices.length * KINDS.length);
  indices.forEach((index, i) => {
    bytes.set(images.subarray(index * PIXELS, (index + 1) * PIXELS), i * PIXELS);
    truth.set(labels.subarray(index * KINDS.length, (index + 1) * KINDS.length), i * KINDS.length);
  });
  return [bytes, truth];
}

function meanAuroc(scores: readonly number[], labels: Float32Array): number {
  const each = KINDS.map((_, kind) => {
    const own = scores.filter((_, i) => i % KINDS.length === kind);
    const truth = labels.filter((_, i) => i % KINDS.length === kind);
    const having = (label: number) => Float64Array.from(own.filter((_, i) => truth[i] === label));
    return auroc(having(1), having(0)) ?? Number.NaN;
  });
  return mean(each);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

const { name } = await startEngine({
  cacheDir: defaultCacheDir(process.env),
  log: (line) => console.error(line),
  prefer: 'native',
});
const validation = drawShapes(VALIDATED, 1);
const differences: number[] = [];
const exact: number[] = [];
console.log(
  `${name}: ${TRAINED} images, ${EPOCHS} epochs; mean AUROC of ${KINDS.length} labels on ${VALIDATED} others`,
);
for (const seed of SEEDS) {
  const shapes = drawShapes(TRAINED, 100 + seed);
  const float32 = await train('float32', seed, shapes, validation);
  const bfloat16 = await train('bfloat16', seed, shapes, validation);
  exact.push(float32);
  differences.push(bfloat16 - float32);
  console.log(`seed ${seed}: float32 ${float32.toFixed(4)}, bfloat16 ${bfloat16.toFixed(4)}`);
}
const difference = mean(differences);
const error = deviation(differences) / Math.sqrt(SEEDS.length);
console.log(
  `difference ${difference.toFixed(4)} (standard error ${error.toFixed(4)}); between seeds ${deviation(exact).toFixed(4)}`,
);
if (Math.abs(difference) > BOUND) throw new Error(`bfloat16 differs by ${difference}, more than ${BOUND}`);
