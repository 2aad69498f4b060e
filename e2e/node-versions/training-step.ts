// Starts the engine, takes two training steps of a small network, and prints what ran: `24.21.0 native-cpu 0.693 0.691`.
// Fails unless the loss goes down.
import { defaultCacheDir, type EnginePreference, startEngine, tf } from '@viewgap/engine';

const prefer = process.argv[2] as EnginePreference | undefined;
const log = (line: string) => console.log(line);
const { name } = await startEngine({ cacheDir: defaultCacheDir(process.env), log, prefer });

const images = tf.randomNormal<tf.Rank.R4>([8, 16, 16, 1], 0, 1, 'float32', 1);
const labels = tf.tensor2d([1, 0, 1, 0, 1, 0, 1, 0], [8, 1]);
const filter = tf.variable(tf.randomNormal<tf.Rank.R4>([3, 3, 1, 4], 0, 0.5, 'float32', 2));
const weights = tf.variable(tf.randomNormal<tf.Rank.R2>([4, 1], 0, 0.5, 'float32', 3));
const optimizer = tf.train.adam(0.01);

function loss(): tf.Scalar {
  const features = tf.maxPool(tf.relu(tf.conv2d(images, filter, 1, 'same')), 2, 2, 'valid');
  const logits = tf.matMul(tf.mean(features, [1, 2]) as tf.Tensor2D, weights);
  return tf.losses.sigmoidCrossEntropy(labels, logits) as tf.Scalar;
}

const losses = [0, 1].map(() => optimizer.minimize(loss, true)?.dataSync()[0] ?? Number.NaN);
const [first = Number.NaN, second = Number.NaN] = losses;
console.log(process.versions.node, name, first.toFixed(4), second.toFixed(4));
if (!(second < first)) throw new Error(`the loss went from ${first} to ${second}`);
