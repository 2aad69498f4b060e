// Trains 1,000 captured steps and infers as often; prints resident memory after the first 100 and at the end, in bytes, and the
// number of tensors before the capture, while it runs, and after it was disposed of. Needs --expose-gc.
import { capture } from '../src/capture/capture.ts';
import { defaultCacheDir, startEngine, tf } from '../src/index.ts';
import { captureTraining, SmallNetwork, smallBatch, smallInputs } from './small-network.ts';

/** Freed pages go back to the system some time after a collection: the least of several readings. */
async function resident(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
    least = Math.min(least, process.memoryUsage.rss());
  }
  return least;
}

const prefer = process.argv[2] === 'wasm' ? 'wasm' : 'native';
await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {}, prefer });
// What an engine makes once stays.
tf.tidy(() => new SmallNetwork(9).gradients(tf.ones([1, 16, 16, 1]), tf.ones([1, 3])));
const before = tf.memory().numTensors;
const { network, step } = captureTraining();
const infer = capture((images) => network.logits(images as tf.Tensor, false), {
  inputs: smallInputs(8).slice(0, 1),
  variables: network.variables,
  sharing: step,
});
await step.run(...smallBatch(8, 0));
const during = tf.memory().numTensors;
let early = 0;
for (let i = 1; i <= 1000; i++) {
  const [images, labels] = smallBatch(8, i % 10);
  await step.run(images, labels);
  await infer.run(images);
  if (i === 100) early = await resident();
}
const growth = (await resident()) - early;
const late = tf.memory().numTensors;
infer.dispose();
step.dispose();
network.dispose();
const after = tf.memory().numTensors;
console.log(JSON.stringify({ growth, tensors: { before, during, late, after } }));
