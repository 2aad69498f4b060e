import { DEFAULT_FINDINGS, type Label, modelConfig, trainConfig } from '@viewgap/contracts';
import { defaultCacheDir, startEngine, tf } from '@viewgap/engine';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { beforeAll, expect, test } from 'vitest';
import { labelRule, labelTargets } from '../batches/label-targets.ts';
import { initialModels } from '../model/initial-models.ts';
import type { LossParts } from '../model/loss-means.ts';
import type { ImagePixels } from '../pixels/image-worker.ts';
import { emaDecayAt } from './schedule.ts';
import { TrainingStep, trainingLoss } from './training-step.ts';

beforeAll(async () => {
  await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} });
});

const SIZE = 16;
const BATCH = 8;
const SMALL = { encoder: { widths: [4, 8] }, batchSize: BATCH, learningRate: 0.01 };
/** Every option that changes a step. */
const EVERYTHING = {
  ...SMALL,
  gradientAccumulation: 2,
  schedule: { shape: 'cosine', warmUp: 0.2, end: 0.1 },
  weightDecay: 0.05,
  clipNorm: 0.05,
  emaDecay: 0.9,
  labelSmoothing: 0.1,
  noiseRobust: 0.4,
  positiveWeights: { CSN: 2, PEF: 3 },
};

interface Shown {
  readonly pixels: ImagePixels;
  readonly labels: readonly (readonly Label[])[];
}

/** A batch of noise with a padded edge, and of random labels. */
function shown(
  seed: number,
  labelOf: (drawn: number, finding: number) => Label = (drawn) => LABELS[drawn] ?? null,
) {
  const generator = xoroshiro128plus(seed);
  const pixels = Uint8Array.from({ length: BATCH * SIZE ** 2 }, () => uniformInt(generator, 0, 255));
  const inside = Uint8Array.from(pixels, (_, i) => (i % SIZE < 2 + (Math.floor(i / SIZE ** 2) % 3) ? 0 : 1));
  const labels = Array.from({ length: BATCH }, () =>
    DEFAULT_FINDINGS.map((_, finding) => labelOf(uniformInt(generator, 0, 2), finding)),
  );
  return { pixels: { pixels: pixels.map((v, i) => v * (inside[i] as number)), inside }, labels };
}
const LABELS: readonly Label[] = [0, 1, null];

/** Trains on some batches. */
async function trained(settings: object, decoder: object | null, batches: readonly Shown[]) {
  const common = trainConfig.parse(settings);
  const config = modelConfig.parse({ decoder });
  const { model, average } = await initialModels({
    common,
    model: config,
    seed: 3,
    size: SIZE,
    findings: DEFAULT_FINDINGS,
    pretrained: null,
  });
  const options = { common, decoder: config.decoder, size: SIZE, steps: batches.length };
  const step = new TrainingStep(model, average, options);
  const rule = labelRule(DEFAULT_FINDINGS, common, () => ({ positives: [], negatives: [] }));
  const losses: LossParts[] = [];
  const states: ReadonlyMap<string, { readonly data: Float32Array }>[] = [await step.read()];
  for (const [i, { pixels, labels }] of batches.entries()) {
    losses.push(await step.run(i + 1, pixels as never, labelTargets(labels, rule)));
    states.push(await step.read());
  }
  const weights = await step.weights();
  step.dispose();
  average?.parameters.dispose();
  model.parameters.dispose();
  return { losses, weights, states };
}

const twenty = Array.from({ length: 20 }, (_, i) => shown(i));

/** Greatest difference of the weights that both have, of some names. */
function difference(
  a: ReadonlyMap<string, { readonly data: Float32Array }>,
  b: ReadonlyMap<string, { readonly data: Float32Array }>,
  wanted = /^(encoder|head)\//,
): number {
  const names = [...a.keys()].filter((name) => wanted.test(name));
  expect(names.length).toBeGreaterThan(0);
  return Math.max(
    ...names.flatMap((name) => {
      const other = b.get(name)?.data ?? new Float32Array();
      return [...(a.get(name)?.data ?? [])].map((value, i) => Math.abs(value - (other[i] ?? Number.NaN)));
    }),
  );
}

test.for([
  ['with lambda 0', SMALL, { lambda: 0 }],
  ["with the decoder's gradient stopped", SMALL, { stopGradient: true }],
  ['with lambda 0 and every option', EVERYTHING, { lambda: 0, loss: { l1: 1, l2: 1, ssim: 1 } }],
  ["with the decoder's gradient stopped and every option", EVERYTHING, { stopGradient: true, loss: 'l1' }],
] as const)('%s Model 2 is Model 1, step for step', async ([, settings, decoder]) => {
  const [one, two] = [await trained(settings, null, twenty), await trained(settings, decoder, twenty)];
  two.losses.forEach((loss, i) => {
    expect(
      Math.abs(loss.classification - (one.losses[i]?.classification ?? Number.NaN)),
      `step ${i + 1}`,
    ).toBeLessThan(1e-6);
  });
  expect(difference(one.weights, two.weights)).toBeLessThan(1e-6);
  expect(one.weights.size).toBeLessThan(two.weights.size);
  // The decoder itself learns when only its gradient is stopped.
  const before = two.states[0] as (typeof two.states)[number];
  const moved = difference(two.weights, before, /^decoder\/.*image\.weight$/);
  if ('stopGradient' in decoder) expect(moved).toBeGreaterThan(0.01);
});

test('with a lambda above 0 it is not', async () => {
  const batches = twenty.slice(0, 3);
  const [one, two] = [await trained(SMALL, null, batches), await trained(SMALL, {}, batches)];
  expect(difference(one.weights, two.weights)).toBeGreaterThan(1e-3);
});

/** The first half of a batch twice: both halves then have the statistics of the whole. */
function doubled({ pixels: { pixels, inside }, labels }: Shown): Shown {
  const half = (values: Uint8Array) =>
    Uint8Array.from(values, (_, i) => values[i % (values.length / 2)] as number);
  return {
    pixels: { pixels: half(pixels), inside: half(inside as Uint8Array) },
    labels: labels.map((_, i) => labels[i % (BATCH / 2)] as Label[]),
  };
}

test('a batch in parts gives the gradient of the whole', async () => {
  const batches = twenty.slice(0, 4).map(doubled);
  const settings = { ...EVERYTHING, gradientAccumulation: 1 };
  const decoder = { loss: { l1: 1, ssim: 0.1 } };
  const [whole, parts] = [
    await trained(settings, decoder, batches),
    await trained({ ...settings, gradientAccumulation: 2 }, decoder, batches),
  ];
  const weights = /^(?!.*running_(mean|var)$)(encoder|head|decoder)\//;
  // By the order of the sums alone: 8e-6 on a processor with AVX-512, 1.2e-5 on one with AVX2.
  expect(difference(whole.weights, parts.weights, weights)).toBeLessThan(3e-5);
  whole.losses.forEach(({ classification, reconstruction }, i) => {
    expect(parts.losses[i]?.classification).toBeCloseTo(classification, 5);
    expect(parts.losses[i]?.reconstruction).toBeCloseTo(reconstruction as number, 5);
  });
});

test('also where the parts know different numbers of labels: a linear probe has no statistics of the batch', async () => {
  const uneven = twenty.slice(0, 4).map(({ pixels, labels }) => ({
    pixels,
    labels: labels.map((row, i) => (i < 5 ? row : row.map(() => null))),
  }));
  const settings = { ...SMALL, encoder: { ...SMALL.encoder, freeze: 'all' } };
  const [whole, parts] = [
    await trained(settings, null, uneven),
    await trained({ ...settings, gradientAccumulation: 4 }, null, uneven),
  ];
  expect(difference(whole.weights, parts.weights)).toBeLessThan(1e-6);
});

test('frozen blocks keep their weights and their statistics; a linear probe trains the head alone', async () => {
  const batches = twenty.slice(0, 3);
  const changed = async (freeze: unknown) => {
    const { states, weights } = await trained(
      { ...SMALL, encoder: { ...SMALL.encoder, freeze } },
      null,
      batches,
    );
    const [before] = states;
    const names = [...weights.keys()].filter((name) =>
      weights.get(name)?.data.some((value, i) => value !== before?.get(name)?.data[i]),
    );
    return [...new Set(names.map((name) => name.replace(/(\/[a-z]+\d?)\..*$/, '$1')))];
  };
  expect(await changed('all')).toEqual(['head/logits']);
  expect(await changed(2)).toEqual(['encoder/layer2', 'head/logits']);
  expect(await changed(0)).toEqual([
    'encoder/conv1',
    'encoder/bn1',
    'encoder/layer1',
    'encoder/layer2',
    'head/logits',
  ]);
});

test('more frozen blocks than there are is an error that says how many', async () => {
  const many = { ...SMALL, encoder: { ...SMALL.encoder, freeze: 4 } };
  await expect(trained(many, null, [])).rejects.toThrow(
    'train.common.encoder.freeze names more blocks than residual has: 4 (name at most 3, or all)',
  );
});

test('what is kept of a moving average is the recurrence over all steps, statistics included', async () => {
  const { states, weights } = await trained({ ...SMALL, emaDecay: 0.6 }, null, twenty);
  for (const name of ['encoder/conv1.weight', 'encoder/bn1.running_var', 'head/logits.bias']) {
    let mean = [...(states[0]?.get(name)?.data ?? [])];
    states.slice(1).forEach((state, i) => {
      const kept = emaDecayAt(0.6, i + 1);
      mean = mean.map((value, j) => kept * value + (1 - kept) * (state.get(name)?.data[j] ?? Number.NaN));
    });
    weights.get(name)?.data.forEach((value, j) => {
      expect(value, name).toBeCloseTo(mean[j] as number, 5);
    });
  }
});

test('a finding that no image of a batch knows leaves its column of the head as it is', async () => {
  const fibrosis = DEFAULT_FINDINGS.indexOf('FIB');
  const blind = [0, 1, 2].map((seed) =>
    shown(seed, (drawn, finding) => (finding === fibrosis ? null : (LABELS[drawn] ?? null))),
  );
  const { states, weights } = await trained(SMALL, {}, blind);
  const moved = (name: string) =>
    [...(weights.get(name)?.data ?? [])].map((value, i) => value !== states[0]?.get(name)?.data[i]);
  const columns = (flags: boolean[]) =>
    DEFAULT_FINDINGS.map((_, f) => flags.some((flag, i) => i % 5 === f && flag));
  const expected = DEFAULT_FINDINGS.map((_, f) => f !== fibrosis);
  expect(columns(moved('head/logits.weight'))).toEqual(expected);
  expect(columns(moved('head/logits.bias'))).toEqual(expected);
});

test('the gradient of the whole loss equals finite differences, and is 0 for the column of an unknown finding', async () => {
  const common = trainConfig.parse({ ...SMALL, labelSmoothing: 0.1, noiseRobust: 0.4 });
  const config = modelConfig.parse({ decoder: { loss: { l1: 1, l2: 1 }, lambda: 0.7 } });
  const { model } = await initialModels({
    common,
    model: config,
    seed: 3,
    size: SIZE,
    findings: DEFAULT_FINDINGS,
    pretrained: null,
  });
  const { pixels, labels } = shown(5, (drawn, finding) => (finding === 3 ? null : (LABELS[drawn] ?? null)));
  const { targets, weights } = labelTargets(
    labels,
    labelRule(DEFAULT_FINDINGS, common, () => ({ positives: [], negatives: [] })),
  );
  const image = [BATCH, SIZE, SIZE, 1] as [number, number, number, number];
  const batch = [
    tf.tensor4d(Float32Array.from(pixels.pixels), image),
    tf.tensor4d(Float32Array.from(pixels.inside), image),
    tf.tensor2d(targets, [BATCH, 5]),
    tf.tensor2d(weights, [BATCH, 5]),
  ] as const;
  const loss = () => trainingLoss(model, batch, { common, decoder: config.decoder }).total;
  const { grads } = tf.variableGrads(loss, model.trainable());
  const gradientOf = (name: string) =>
    grads[(model.parameters.all().get(name) as tf.Variable).name]?.dataSync() ?? [];
  for (const name of [
    'head/logits.weight',
    'encoder/layer2.0.bn2.weight',
    'decoder/image.weight',
    'decoder/image.bias',
  ]) {
    const variable = model.parameters.all().get(name) as tf.Variable;
    const values = variable.dataSync<'float32'>().slice();
    const gradient = gradientOf(name);
    for (const at of [0, values.length - 1, Math.floor(values.length / 2)]) {
      const lossAt = (by: number) => {
        variable.assign(
          tf.tensor(
            values.map((v, i) => (i === at ? v + by : v)),
            variable.shape,
          ),
        );
        return loss().dataSync()[0] as number;
      };
      const expected = (lossAt(0.002) - lossAt(-0.002)) / 0.004;
      expect(Math.abs((gradient[at] as number) - expected), `${name}[${at}]`).toBeLessThan(
        1e-4 + 0.01 * Math.abs(expected),
      );
    }
    variable.assign(tf.tensor(values, variable.shape));
  }
  const head = [...gradientOf('head/logits.weight')];
  expect(head.filter((_, i) => i % 5 === 3).every((value) => value === 0)).toBe(true);
  expect(head.filter((_, i) => i % 5 !== 3).every((value) => value !== 0)).toBe(true);
});
