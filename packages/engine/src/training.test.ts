import { describe, expect, test } from 'vitest';
import { type BatchNormState, batchNorm, defaultCacheDir, prepareEngine, startEngine, tf } from './index.ts';

const options = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(options)).engine === 'native-cpu';

/** Weights by name, made on first use, from a seed that goes up by one. */
class Weights {
  readonly trained = new Map<string, tf.Variable>();
  readonly states = new Map<string, BatchNormState>();
  #seed = 1;

  kernel(name: string, shape: number[]): tf.Variable {
    const fanIn = shape.slice(0, -1).reduce((a, b) => a * b, 1);
    return this.#make(name, () => tf.randomNormal(shape, 0, Math.sqrt(2 / fanIn), 'float32', this.#seed++));
  }

  norm(name: string, channels: number): BatchNormState {
    const gamma = this.#make(`${name}/gamma`, () => tf.ones([channels])) as tf.Variable<tf.Rank.R1>;
    const beta = this.#make(`${name}/beta`, () => tf.zeros([channels])) as tf.Variable<tf.Rank.R1>;
    const state = this.states.get(name) ?? {
      gamma,
      beta,
      mean: tf.variable(tf.zeros<tf.Rank.R1>([channels]), false),
      variance: tf.variable(tf.ones<tf.Rank.R1>([channels]), false),
    };
    this.states.set(name, state);
    return state;
  }

  #make(name: string, initial: () => tf.Tensor): tf.Variable {
    const made = this.trained.get(name) ?? tf.variable(initial());
    this.trained.set(name, made);
    return made;
  }
}

type Upsampling = 'nearest' | 'bilinear';

/** A stem, a strided residual block, a decoder and a head: every operation that a small residual network trains with. */
function network(weights: Weights, x: tf.Tensor4D, upsampling: Upsampling) {
  const conv = (name: string, input: tf.Tensor4D, size: number, out: number, stride: number) => {
    const kernel = weights.kernel(name, [size, size, input.shape[3], out]) as tf.Variable<tf.Rank.R4>;
    return tf.conv2d(input, kernel, stride, 'same');
  };
  const norm = (name: string, input: tf.Tensor4D) =>
    batchNorm(input, weights.norm(name, input.shape[3]), true);
  const stem = tf.maxPool(tf.relu(norm('stem', conv('stem', x, 7, 8, 2))), 3, 2, 'same');
  const main = norm('b', conv('b', tf.relu(norm('a', conv('a', stem, 3, 16, 2))), 3, 16, 1));
  const short = conv('short', tf.avgPool(stem, 2, 2, 'same'), 1, 16, 1);
  const features = tf.relu(tf.add(main, short)) as tf.Tensor4D;
  const pooled = tf.mean(features, [1, 2]) as tf.Tensor2D;
  const logits = tf.matMul(pooled, weights.kernel('head', [16, 5]) as tf.Variable<tf.Rank.R2>);
  const resize = upsampling === 'nearest' ? tf.image.resizeNearestNeighbor : tf.image.resizeBilinear;
  const wide = resize(features, [x.shape[1], x.shape[2]]);
  const image = tf.sigmoid(conv('out', tf.relu(norm('d', conv('d', wide, 3, 8, 1))), 3, 1, 1));
  return { logits, image };
}

async function lossesOn(prefer: 'native' | 'wasm', upsampling: Upsampling, steps: number): Promise<number[]> {
  await startEngine({ ...options, prefer });
  const weights = new Weights();
  const x = tf.randomUniform<tf.Rank.R4>([8, 32, 32, 1], 0, 1, 'float32', 101);
  const labels = tf.cast(tf.greater(tf.randomUniform([8, 5], 0, 1, 'float32', 102), 0.5), 'float32');
  const turn = tf.tensor2d([[0.98, 0.1, -1, -0.1, 0.98, 1, 0, 0]]);
  // An optimiser trains the variables that exist before its first step.
  tf.tidy(() => network(weights, x, upsampling).logits);
  const optimizer = tf.train.adam(3e-3);
  const losses: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    const loss = optimizer.minimize(() => {
      const seen = tf.image.transform(x, turn, 'bilinear', 'constant', 0);
      const { logits, image } = network(weights, seen, upsampling);
      const classes = tf.losses.sigmoidCrossEntropy(labels, logits);
      const reconstruction = tf.add(
        tf.mean(tf.abs(tf.sub(image, seen))),
        tf.losses.meanSquaredError(seen, image),
      );
      return tf.add(classes, reconstruction) as tf.Scalar;
    }, true) as tf.Scalar;
    losses.push(loss.dataSync()[0] as number);
    loss.dispose();
  }
  return losses;
}

describe.for(['nearest', 'bilinear'] as const)('a residual network with a %s decoder', (upsampling) => {
  test('learns on WASM', async () => {
    const losses = await lossesOn('wasm', upsampling, 20);
    expect(losses.at(-1)).toBeLessThan(0.8 * (losses[0] as number));
  });

  test.skipIf(!native)('has the same losses on WASM as on TensorFlow', async () => {
    const ours = await lossesOn('wasm', upsampling, 12);
    const theirs = await lossesOn('native', upsampling, 12);
    ours.forEach((loss, step) => {
      const expected = theirs[step] as number;
      // Rounding differs from the first step on, and every step multiplies the difference.
      expect(Math.abs(loss - expected) / expected, `step ${step}`).toBeLessThan(step < 3 ? 1e-5 : 1e-3);
    });
  });
});
