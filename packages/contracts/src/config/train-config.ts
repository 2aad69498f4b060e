import { z } from 'zod';
import { FINDINGS } from '../study/finding.ts';
import { tuning } from './tuning-config.ts';
import { fraction, lambda, learningRate, name, weightDecay } from './values/pipeline-values.ts';

const augment = z.strictObject({
  rotate: z.number().min(0).max(45).default(7).describe('largest rotation, degrees'),
  shift: fraction.default(0.05).describe('largest shift, share of the edge'),
  scale: z.number().min(0).max(0.5).default(0.1).describe('largest change of size, share'),
  brightness: fraction.default(0.1).describe('largest change of brightness, share of the range'),
  contrast: fraction.default(0.1).describe('largest change of contrast, share'),
  flip: z.boolean().default(false).describe('mirror half of the images'),
});

const widths = z.array(z.int().min(1).max(2048)).min(1).max(5);

/** The encoders of the engine, which a test of train holds to this list. */
const ENCODER_NAMES = ['residual', 'resnet18', 'resnet50', 'resnet50-v1', 'densenet121'] as const;

const encoder = z.strictObject({
  name: z
    .enum(ENCODER_NAMES)
    .default('residual')
    .describe('residual: a small one from scratch; resnet50-v1: the one that ImageNet weights exist for'),
  widths: widths.optional().describe('channels of each stage of residual; default 16, 32, 64, 128'),
  weights: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'what it starts from: imagenet, or a safetensors file of PyTorch names, relative to this file; null: at random',
    ),
  freeze: z
    .union([z.int().min(0), z.literal('all')])
    .default(0)
    .describe(
      'blocks that keep their weights and statistics, from the image on: the stem and as many stages; all: a linear probe, only the head is trained',
    ),
});

function checkEncoder(
  { name, widths, weights }: z.infer<typeof encoder>,
  context: z.core.$RefinementCtx,
): void {
  const refuse = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
  if (widths && name !== 'residual') refuse('widths', `only residual has widths, not ${name}`);
  if (weights !== null && name === 'residual') refuse('weights', 'residual starts at random');
  if (weights === 'imagenet' && name !== 'residual' && name !== 'resnet50-v1') {
    refuse('weights', `exists for resnet50-v1, not for ${name}: name that encoder, or a file`);
  }
}

const epochs = z.int().min(1).max(10_000);
const steps = z.int().min(1);

const schedule = z.strictObject({
  shape: z
    .enum(['constant', 'cosine'])
    .default('constant')
    .describe('course of the learning rate after the warm-up; cosine: down to `end` at the last step'),
  warmUp: fraction.default(0).describe('share of the steps in which the learning rate rises from 0'),
  end: fraction.default(0).describe('learning rate at the end of a cosine, as a share of learningRate'),
});

const positiveWeights = z.strictObject(
  Object.fromEntries(FINDINGS.map((finding) => [finding, z.number().positive().default(1)])) as Record<
    (typeof FINDINGS)[number],
    z.ZodDefault<z.ZodNumber>
  >,
);

/** What every model of a pipeline shares: `train.common`. */
export const trainConfig = z
  .strictObject({
    encoder: encoder.superRefine(checkEncoder).prefault({}),
    epochs: epochs.default(30),
    steps: steps.nullable().default(null).describe('how long to train, instead of epochs'),
    batchSize: z.int().min(2).max(4096).default(32).describe('images of one step'),
    gradientAccumulation: z
      .int()
      .min(1)
      .max(1024)
      .default(1)
      .describe(
        'parts that a batch is computed in, for less memory: the same gradient, but for the statistics of batch normalisation',
      ),
    learningRate: learningRate.default(0.001),
    schedule: schedule.prefault({}),
    weightDecay: weightDecay
      .default(0)
      .describe('weight decay of AdamW: decoupled, on kernels and matrices only; 0: Adam'),
    clipNorm: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .describe(
        'largest norm of the gradient, for encoder and head together and for the decoder separately; null: no limit',
      ),
    emaDecay: z
      .number()
      .min(0)
      .lt(1)
      .nullable()
      .default(null)
      .describe(
        'share of a moving average of the weights that a step keeps, 0.999 for example: the average is validated and kept; null: none',
      ),
    earlyStopping: z
      .strictObject({
        patience: z.int().min(1).default(5).describe('epochs without a lower validation loss'),
      })
      .nullable()
      .default(null)
      .describe('null: all epochs; two models that stop at different epochs are no fair pair'),
    labelSmoothing: z
      .number()
      .min(0)
      .lt(1)
      .default(0)
      .describe('share of a label that is taken as one half, against label noise'),
    noiseRobust: fraction
      .default(0)
      .describe(
        'q of the generalised cross-entropy, against label noise: 0 is cross-entropy, 1 the mean absolute error',
      ),
    positiveWeights: z
      .union([z.literal('balanced'), positiveWeights])
      .nullable()
      .default(null)
      .describe(
        'weight of a positive label relative to a negative one, by finding; balanced: negatives over positives among the known labels of training; null: the same',
      ),
    balance: z
      .array(z.enum(['source', 'view', 'finding']))
      .default([])
      .describe(
        'batches hold as many images of each source, view or rarest positive finding (or of each combination); [] : as they come',
      ),
    normalise: z
      .enum(['fixed', 'source', 'image'])
      .default('fixed')
      .describe(
        'grey before the encoder; image: each film to zero mean and unit variance, whatever its source made of it; source: by mean and deviation of its source’s training films, those of other sources by those of all',
      ),
    precision: z
      .enum(['float32', 'bfloat16', 'auto'])
      .default('float32')
      .describe('precision of convolutions; auto: bfloat16 where the processor has instructions for it'),
    augment: augment.prefault({}),
  })
  .superRefine(({ batchSize, gradientAccumulation }, context) => {
    if (batchSize % gradientAccumulation === 0 && batchSize / gradientAccumulation >= 2) return;
    context.addIssue({
      code: 'custom',
      path: ['gradientAccumulation'],
      message: `does not divide a batchSize of ${batchSize} into parts of 2 or more`,
    });
  });

const weight = z.number().nonnegative();

/** What one model has of its own: an entry of `train.models`. */
export const modelConfig = z.strictObject({
  decoder: z
    .strictObject({
      lambda: lambda.default(1).describe('weight of the reconstruction loss'),
      loss: z
        .union([
          z.enum(['l1', 'l2', 'ssim']),
          z
            .strictObject({ l1: weight.default(0), l2: weight.default(0), ssim: weight.default(0) })
            .refine((parts) => Object.values(parts).some((part) => part > 0), 'weighs every part 0'),
        ])
        .default('l2')
        .describe(
          'per pixel, averaged, so that lambda does not depend on the size; ssim: 1 - SSIM; or weights of a mix',
        ),
      outputFraction: z
        .literal([1, 0.5, 0.25])
        .default(1)
        .describe('edge of the reconstruction over that of the image'),
      widths: widths
        .optional()
        .describe('channels after each doubling; default: half the features, 512 at most, then half as many'),
      stopGradient: z
        .boolean()
        .default(false)
        .describe('true: the reconstruction loss trains the decoder only, not the encoder'),
    })
    .nullable()
    .default(null)
    .describe('null: classification alone'),
  control: z
    .strictObject({
      flopsOf: name
        .optional()
        .describe('a model whose training takes as many operations: the steps are computed from both'),
      epochs: epochs.optional(),
      steps: steps.optional(),
      learningRate: learningRate.optional(),
      weightDecay: weightDecay.optional(),
    })
    .refine((changes) => Object.keys(changes).length > 0, 'changes nothing')
    .refine(
      ({ flopsOf, epochs, steps }) => [flopsOf, epochs, steps].filter((v) => v !== undefined).length <= 1,
      'says twice how long to train',
    )
    .nullable()
    .default(null)
    .describe('a control: what it changes of train.common; it is no part of the primary comparison'),
});

export const train = z.strictObject({
  seeds: z
    .array(z.int().nonnegative())
    .min(1)
    .refine((seeds) => new Set(seeds).size === seeds.length, 'names a seed twice')
    .default([0])
    .describe('one training of every model per seed'),
  tuning: tuning
    .nullable()
    .default(null)
    .describe(
      'trials on validation images, the same number for each model; null: settings are used as given',
    ),
  common: trainConfig.prefault({}).describe('what every model shares'),
  models: z
    .record(name, modelConfig)
    .refine((models) => Object.keys(models).length > 0, 'must name at least one model'),
});

export type TrainConfig = z.infer<typeof trainConfig>;
export type AugmentConfig = z.infer<typeof augment>;
export type ModelConfig = z.infer<typeof modelConfig>;
export type DecoderConfig = NonNullable<ModelConfig['decoder']>;
export type ReconstructionLoss = DecoderConfig['loss'];
export type ScheduleConfig = z.infer<typeof schedule>;
