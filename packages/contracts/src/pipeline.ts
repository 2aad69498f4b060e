import { z } from 'zod';

/** Names become folders, Nx projects and columns of tables. */
const NAME = /^[a-z0-9][a-z0-9-]*$/;
const name = z.string().regex(NAME, 'must be lowercase letters, digits and hyphens');
const fraction = z.number().min(0).max(1);

const source = z.strictObject({
  adapter: z.enum(['nih-chestxray14']).describe('the layout in which the source lies on disk'),
  root: z
    .string()
    .min(1)
    .describe(
      'folder of the source, relative to this file, or $NAME for an environment variable that holds it',
    ),
  role: z
    .enum(['train', 'external'])
    .default('train')
    .describe('train: split by patient into train, val and test; external: tested on only'),
  synthetic: z.boolean().default(false).describe('true: every page and table says SYNTHETIC'),
});

const ingest = z.strictObject({
  size: z.int().min(32).max(1024).default(224).describe('edge of the square images in the shards, pixels'),
  geometry: z
    .enum(['stretch', 'letterbox'])
    .default('stretch')
    .describe('one geometry for all sources, or the aspect ratio gives the view away'),
});

const splits = z
  .strictObject({ train: fraction, val: fraction, test: fraction })
  .refine(
    ({ train, val, test }) => Math.abs(train + val + test - 1) < 1e-9,
    'train, val and test must add up to 1',
  );

const catalog = z.strictObject({
  seed: z.int().nonnegative().default(0).describe('seed of the split by patient'),
  splits: splits.default({ train: 0.6, val: 0.15, test: 0.25 }),
});

const augment = z.strictObject({
  rotate: z.number().min(0).max(45).default(7).describe('largest rotation, degrees'),
  shift: fraction.default(0.05).describe('largest shift, share of the edge'),
  scale: z.number().min(0).max(0.5).default(0.1).describe('largest change of size, share'),
  brightness: fraction.default(0.1).describe('largest change of brightness, share of the range'),
  contrast: fraction.default(0.1).describe('largest change of contrast, share'),
  flip: z.boolean().default(false).describe('mirror half of the images'),
});

const trainCommon = z.strictObject({
  encoder: z
    .strictObject({
      kind: z.enum(['residual']).default('residual').describe('a residual network from scratch'),
      widths: z
        .array(z.int().min(1).max(2048))
        .min(1)
        .max(5)
        .default([16, 32, 64, 128])
        .describe('channels of each stage'),
    })
    .prefault({}),
  epochs: z.int().min(1).max(10_000).default(30),
  batchSize: z.int().min(2).max(4096).default(32),
  learningRate: z.number().positive().max(1).default(0.001),
  augment: augment.prefault({}),
});

const model = z.strictObject({
  decoder: z
    .strictObject({
      lambda: z.number().nonnegative().default(1).describe('weight of the reconstruction loss'),
      loss: z
        .enum(['l1', 'l2'])
        .default('l2')
        .describe('per pixel, averaged, so that lambda does not depend on the size'),
    })
    .nullable()
    .default(null)
    .describe('null: classification alone'),
});

const train = z.strictObject({
  seeds: z.array(z.int().nonnegative()).min(1).default([0]).describe('one training of every model per seed'),
  common: trainCommon.prefault({}).describe('what every model shares'),
  models: z
    .record(name, model)
    .refine((models) => Object.keys(models).length > 0, 'must name at least one model'),
});

const evaluate = z.strictObject({
  from: name.default('model1').describe('the model that changes are measured from'),
  to: name.default('model2').describe('the model that changes are measured to'),
  primary: name.nullable().default(null).describe('the external data set of the two primary tests'),
});

const report = z.strictObject({
  title: z.string().default('AP and PA: what reconstruction changes'),
  sample: z.string().default('').describe('what the data are, and how small, in plain words'),
});

const sections = z.strictObject({
  $schema: z.string().optional(),
  sources: z
    .record(name, source)
    .refine((sources) => Object.keys(sources).length > 0, 'must name at least one source'),
  ingest: ingest.prefault({}),
  catalog: catalog.prefault({}),
  train,
  evaluate: evaluate.prefault({}),
  report: report.prefault({}),
});

export const pipelineSchema = sections.superRefine((pipeline, context) => {
  const models = Object.keys(pipeline.train.models);
  for (const end of ['from', 'to'] as const) {
    if (!models.includes(pipeline.evaluate[end])) {
      context.addIssue({
        code: 'custom',
        path: ['evaluate', end],
        message: `names no model of train.models: ${pipeline.evaluate[end]}`,
        params: { value: pipeline.evaluate[end], known: models },
      });
    }
  }
  const { primary } = pipeline.evaluate;
  if (primary !== null && pipeline.sources[primary]?.role !== 'external') {
    context.addIssue({
      code: 'custom',
      path: ['evaluate', 'primary'],
      message: `names no source of role external: ${primary}`,
      params: {
        value: primary,
        known: Object.keys(pipeline.sources).filter((s) => pipeline.sources[s]?.role === 'external'),
      },
    });
  }
});

/** A whole pipeline.json, parsed, with its defaults filled in. */
export type Pipeline = z.infer<typeof sections>;
export type SourceConfig = z.infer<typeof source>;
export type IngestConfig = z.infer<typeof ingest>;
export type CatalogConfig = z.infer<typeof catalog>;
export type TrainConfig = z.infer<typeof trainCommon>;
export type AugmentConfig = z.infer<typeof augment>;
export type ModelConfig = z.infer<typeof model>;
export type EvaluateConfig = z.infer<typeof evaluate>;
export type ReportConfig = z.infer<typeof report>;

/** The JSON Schema of pipeline.json, for editors. */
export function pipelineJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(sections, { io: 'input' }) as Record<string, unknown>;
}
