import { z } from 'zod';
import { FINDINGS } from './finding.ts';
import { sourceConfig } from './source-config.ts';

/** Names become folders, Nx projects and columns of tables. */
const NAME = /^[a-z0-9][a-z0-9-]*$/;
const name = z.string().regex(NAME, 'must be lowercase letters, digits and hyphens');
const fraction = z.number().min(0).max(1);

/** What all sources share: the section `ingest`. */
export const ingestConfig = z.strictObject({
  size: z.int().min(32).max(1024).default(224).describe('edge of the square images in the shards, pixels'),
  geometry: z
    .enum(['stretch', 'letterbox'])
    .default('stretch')
    .describe('one geometry for all sources, or the aspect ratio gives the view away'),
  encoding: z
    .enum(['png', 'raw'])
    .default('png')
    .describe(
      'of the images in the shards, both without loss; raw: faster to write and to read, twice the bytes',
    ),
});

const splits = z
  .strictObject({ train: fraction, val: fraction, test: fraction })
  .refine(
    ({ train, val, test }) => Math.abs(train + val + test - 1) < 1e-9,
    'train, val and test must add up to 1',
  );

/** The section `catalog`. */
export const catalogConfig = z.strictObject({
  seed: z.int().nonnegative().default(0).describe('seed of the split by patient'),
  splits: splits.default({ train: 0.6, val: 0.15, test: 0.25 }),
  overlap: z
    .enum(['refuse', 'exclude-train', 'exclude-test'])
    .default('refuse')
    .describe(
      'what becomes of a patient of an external and a training set: stop with the list, or leave the patient out of one',
    ),
  lookAlikes: z
    .boolean()
    .default(true)
    .describe('also look for the same film re-encoded, resized, re-windowed, inverted or cropped'),
});

const augment = z.strictObject({
  rotate: z.number().min(0).max(45).default(7).describe('largest rotation, degrees'),
  shift: fraction.default(0.05).describe('largest shift, share of the edge'),
  scale: z.number().min(0).max(0.5).default(0.1).describe('largest change of size, share'),
  brightness: fraction.default(0.1).describe('largest change of brightness, share of the range'),
  contrast: fraction.default(0.1).describe('largest change of contrast, share'),
  flip: z.boolean().default(false).describe('mirror half of the images'),
});

const widths = z.array(z.int().min(1).max(2048)).min(1).max(5);

const encoder = z.strictObject({
  name: z
    .enum(['residual', 'resnet18', 'resnet50', 'resnet50-v1', 'densenet121'])
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

/** What every model of a pipeline shares: `train.common`. */
export const trainConfig = z.strictObject({
  encoder: encoder.superRefine(checkEncoder).prefault({}),
  epochs: z.int().min(1).max(10_000).default(30),
  batchSize: z.int().min(2).max(4096).default(32),
  learningRate: z.number().positive().max(1).default(0.001),
  precision: z
    .enum(['float32', 'bfloat16', 'auto'])
    .default('float32')
    .describe('of convolutions; auto: bfloat16 where the processor has instructions for it'),
  augment: augment.prefault({}),
});

/** What one model has of its own: an entry of `train.models`. */
export const modelConfig = z.strictObject({
  decoder: z
    .strictObject({
      lambda: z.number().nonnegative().default(1).describe('weight of the reconstruction loss'),
      loss: z
        .enum(['l1', 'l2'])
        .default('l2')
        .describe('per pixel, averaged, so that lambda does not depend on the size'),
      outputFraction: z
        .literal([1, 0.5, 0.25])
        .default(1)
        .describe('edge of the reconstruction over that of the image'),
      widths: widths
        .optional()
        .describe('channels after each doubling; default: half the features, 512 at most, then half as many'),
    })
    .nullable()
    .default(null)
    .describe('null: classification alone'),
});

const train = z.strictObject({
  seeds: z
    .array(z.int().nonnegative())
    .min(1)
    .refine((seeds) => new Set(seeds).size === seeds.length, 'names a seed twice')
    .default([0])
    .describe('one training of every model per seed'),
  common: trainConfig.prefault({}).describe('what every model shares'),
  models: z
    .record(name, modelConfig)
    .refine((models) => Object.keys(models).length > 0, 'must name at least one model'),
});

/** The section `predict`. */
export const predictConfig = z.strictObject({
  embeddings: z
    .boolean()
    .default(false)
    .describe('also write what the head sees of each image: embeddings/part-*.arrow'),
  shown: z
    .int()
    .min(0)
    .max(20)
    .default(4)
    .describe(
      'validation images per view whose reconstruction and Grad-CAM are drawn for the report; 0: none',
    ),
  showPrivate: z
    .boolean()
    .default(false)
    .describe('also draw images of private sources: their pixels are then in the report'),
});

export const evaluateConfig = z.strictObject({
  from: name.default('model1').describe('the model that changes are measured from'),
  to: name.default('model2').describe('the model that changes are measured to'),
  primary: name.nullable().default(null).describe('the external data set of the two primary tests'),
  findings: z
    .array(z.enum(FINDINGS))
    .min(1)
    .nullable()
    .default(null)
    .describe('the findings that the tables and their means are of; null: all that were scored'),
  cluster: z
    .string()
    .default('patient')
    .describe('what the errors are clustered by: patient, image, or a column of the predictions'),
  family: z
    .enum(['findings', 'dataset'])
    .default('findings')
    .describe(
      'what Holm and Benjamini-Hochberg adjust over: the findings of one quantity, or all tests of a data set',
    ),
  margin: z
    .number()
    .positive()
    .max(1)
    .nullable()
    .default(null)
    .describe(
      'equivalence margin: a change of a gap or an AUROC below it counts as none; null: not declared',
    ),
  bootstrap: z
    .int()
    .nonnegative()
    .default(0)
    .describe('replicates of the bootstrap by patient that checks the errors; 0: none'),
  labels: z
    .string()
    .nullable()
    .default(null)
    .describe('the label_set that the tables are of; null: report, or the first by name'),
});

const report = z.strictObject({
  title: z.string().default('AP and PA: what reconstruction changes'),
  sample: z.string().default('').describe('what the data are, and how small, in plain words'),
});

const sections = z.strictObject({
  $schema: z.string().optional(),
  sources: z
    .record(name, sourceConfig)
    .refine((sources) => Object.keys(sources).length > 0, 'must name at least one source'),
  ingest: ingestConfig.prefault({}),
  catalog: catalogConfig.prefault({}),
  train,
  predict: predictConfig.prefault({}),
  evaluate: evaluateConfig.prefault({}),
  report: report.prefault({}),
});

/** What the references between sections need, so that they are checked even where other values are wrong. */
const references = z.object({
  sources: z.record(z.string(), z.unknown()),
  train: z.object({ models: z.record(z.string(), z.unknown()) }),
  evaluate: z.object({}),
});

function checkReferences(pipeline: Pipeline, context: z.core.$RefinementCtx<Pipeline>): void {
  const models = Object.keys(pipeline.train.models);
  for (const end of ['from', 'to'] as const) {
    const value: unknown = pipeline.evaluate[end];
    if (typeof value === 'string' && !models.includes(value)) {
      context.addIssue({
        code: 'custom',
        path: ['evaluate', end],
        message: 'names no model of train.models',
        params: { value, known: models },
      });
    }
  }
  const primary: unknown = pipeline.evaluate.primary;
  if (typeof primary === 'string' && pipeline.sources[primary]?.role !== 'external') {
    context.addIssue({
      code: 'custom',
      path: ['evaluate', 'primary'],
      message: 'names no source of role external',
      params: {
        value: primary,
        known: Object.keys(pipeline.sources).filter((s) => pipeline.sources[s]?.role === 'external'),
      },
    });
  }
}

export const pipelineSchema = sections.superRefine(checkReferences, {
  when: ({ value }) => references.safeParse(value).success,
});

/** A whole pipeline.json, parsed, with its defaults filled in. */
export type Pipeline = z.infer<typeof sections>;
export type IngestConfig = z.infer<typeof ingestConfig>;
export type CatalogConfig = z.infer<typeof catalogConfig>;
export type TrainConfig = z.infer<typeof trainConfig>;
export type AugmentConfig = z.infer<typeof augment>;
export type ModelConfig = z.infer<typeof modelConfig>;
export type PredictConfig = z.infer<typeof predictConfig>;
export type EvaluateConfig = z.infer<typeof evaluateConfig>;
export type ReportConfig = z.infer<typeof report>;

/** The JSON Schema of pipeline.json, for editors. */
export function pipelineJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(sections, { io: 'input' }) as Record<string, unknown>;
}
