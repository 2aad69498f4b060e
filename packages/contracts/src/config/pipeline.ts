import { z } from 'zod';
import { checkFindings, findingCode, findingsConfig, hasFindings } from './findings-config.ts';
import { externalSources, sourceConfig } from './source-config.ts';
import { train } from './train-config.ts';
import { checkTuning } from './tuning-config.ts';
import { fraction, name } from './values/pipeline-values.ts';

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
      'how the shards store images, lossless either way; raw: faster to write and to read, twice the bytes',
    ),
  minEdge: z
    .int()
    .min(1)
    .max(4096)
    .default(64)
    .describe('shortest edge of an original, pixels: what is smaller is a thumbnail and is not used'),
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
      'what to do with a patient of both an external and a training set: stop with the list, or leave the patient out of one',
    ),
  lookAlikes: z
    .boolean()
    .default(true)
    .describe(
      'also look for copies of a film: re-encoded, re-windowed, inverted, bordered; of external films also mirrored, turned, lettered or cropped ones',
    ),
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

const anyName = z.string().min(1, 'must not be empty');

/** What evaluate may be told of anyone's predictions: any text is a name of a model, a data set or a finding. */
export const evaluateConfig = z.strictObject({
  from: anyName.default('model1').describe('the model that changes are measured from'),
  to: anyName.default('model2').describe('the model that changes are measured to'),
  primary: anyName.nullable().default(null).describe('the external data set of the two primary tests'),
  primaryMinimum: z
    .int()
    .min(2)
    .default(20)
    .describe(
      'patients with and without a finding that AP and PA must each have, for the finding to enter the primary tests',
    ),
  level: z
    .number()
    .min(0.5)
    .max(0.999)
    .default(0.95)
    .describe('level of the confidence intervals; tests are made at 1 - level'),
  findings: z
    .array(anyName)
    .min(1)
    .nullable()
    .default(null)
    .describe('the findings in the tables and their means; null: all that were scored'),
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
      'the least loss of AUROC that matters, fixed before scores are seen: a change of a gap below it counts as none, and a gap narrows only where no view loses it; null: not declared',
    ),
  labelAccuracy: z
    .record(
      anyName,
      z
        .strictObject({
          sensitivity: z
            .number()
            .min(0)
            .max(1)
            .describe('share of films with the finding that are labelled so'),
          specificity: z.number().min(0).max(1).describe('share of films without it that are labelled so'),
        })
        .refine(
          ({ sensitivity, specificity }) => sensitivity + specificity > 1,
          'labels must tell something',
        ),
    )
    .default({})
    .describe(
      'how good the labels are, by finding or for `all`: what their errors alone do to AUROCs and gaps is then printed',
    ),
  bootstrap: z
    .int()
    .nonnegative()
    .default(0)
    .describe('replicates of the bootstrap by patient that checks the errors; 0: none'),
  thresholdRule: z
    .enum(['specificity', 'youden'])
    .default('specificity')
    .describe(
      'what sets the threshold of a model, seed and finding: a fixed specificity, or the largest sensitivity + specificity',
    ),
  specificity: z
    .number()
    .min(0.5)
    .max(0.999)
    .default(0.9)
    .describe('share of the validation images without a finding that its threshold leaves below it'),
  thresholds: z
    .record(anyName, z.record(anyName, z.number()))
    .default({})
    .describe(
      'thresholds that are given, by model and finding, as scores of the model: they take the place of those that are chosen',
    ),
  groups: z
    .array(anyName)
    .default([])
    .describe(
      'columns of the images, such as sex or scanner, whose values are compared as AP and PA are: AUROC of each, their difference or range',
    ),
  labels: z
    .string()
    .nullable()
    .default(null)
    .describe('the label_set that the tables use; null: report, or the first by name'),
});

/** The section `evaluate`; it may name only what the same pipeline.json defines. */
const evaluate = evaluateConfig.extend({
  from: name.default('model1').describe(evaluateConfig.shape.from.description ?? ''),
  to: name.default('model2').describe(evaluateConfig.shape.to.description ?? ''),
  primary: name
    .nullable()
    .default(null)
    .describe(evaluateConfig.shape.primary.description ?? ''),
  findings: z
    .array(findingCode)
    .min(1)
    .nullable()
    .default(null)
    .describe(evaluateConfig.shape.findings.description ?? ''),
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
  findings: findingsConfig,
  ingest: ingestConfig.prefault({}),
  catalog: catalogConfig.prefault({}),
  train,
  predict: predictConfig.prefault({}),
  evaluate: evaluate.prefault({}),
  report: report.prefault({}),
});

/** What the references between sections need, so that they are checked even where other values are wrong. */
const references = z.object({
  sources: z.record(z.string(), z.unknown()),
  train: z.object({ models: z.record(z.string(), z.unknown()) }),
  evaluate: z.object({}),
});

function checkReferences(pipeline: Pipeline, context: z.core.$RefinementCtx<unknown>): void {
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
  for (const [model, config] of Object.entries(pipeline.train.models)) {
    const value: unknown = config?.control?.flopsOf;
    const known = models.filter((other) => other !== model && !pipeline.train.models[other]?.control);
    if (typeof value === 'string' && !known.includes(value)) {
      context.addIssue({
        code: 'custom',
        path: ['train', 'models', model, 'control', 'flopsOf'],
        message: 'names no other model of train.models that is no control',
        params: { value, known },
      });
    }
  }
  checkThresholds(pipeline, models, context);
  checkTuning(pipeline.train, pipeline.evaluate.from, context);
  const primary: unknown = pipeline.evaluate.primary;
  if (typeof primary === 'string' && pipeline.sources[primary]?.role !== 'external') {
    context.addIssue({
      code: 'custom',
      path: ['evaluate', 'primary'],
      message: 'names no source of role external',
      params: {
        value: primary,
        known: externalSources(pipeline.sources),
      },
    });
  }
}

/** A threshold must be of a model and a finding of the study. */
function checkThresholds(
  { evaluate: { thresholds }, findings }: Pipeline,
  models: readonly string[],
  context: z.core.$RefinementCtx<unknown>,
): void {
  const check = (message: string, path: readonly string[], known: readonly string[]) => {
    const value = path.at(-1) as string;
    if (known.includes(value)) return;
    const issue = { code: 'custom' as const, path: ['evaluate', 'thresholds', ...path], message };
    context.addIssue({ ...issue, params: { value, known } });
  };
  for (const [model, byFinding] of Object.entries(thresholds ?? {})) {
    check('names no model of train.models', [model], models);
    for (const finding of Object.keys(byFinding ?? {})) {
      check('names no finding of `findings`', [model, finding], Object.keys(findings ?? {}));
    }
  }
}

export const pipelineSchema = sections
  .superRefine(checkReferences, { when: ({ value }) => references.safeParse(value).success })
  .superRefine(checkFindings, { when: ({ value }) => hasFindings(value) });

/** A pipeline.json, or some of its sections, for commands that run without a pipeline. */
export const settingsSchema = z
  .strictObject({ ...sections.shape, sources: sections.shape.sources.optional(), train: train.optional() })
  .superRefine((settings, context) => checkReferences(settings as Pipeline, context), {
    when: ({ value }) => references.safeParse(value).success,
  })
  .superRefine(checkFindings, { when: ({ value }) => hasFindings(value) });

/** The section `train` alone. */
export const trainSection = z.object({ train });

/** Sections of a pipeline.json, parsed, with their defaults filled in. */
export type Settings = z.infer<typeof settingsSchema>;
/** A whole pipeline.json, parsed, with its defaults filled in. */
export type Pipeline = z.infer<typeof sections>;
export type IngestConfig = z.infer<typeof ingestConfig>;
export type CatalogConfig = z.infer<typeof catalogConfig>;
export type PredictConfig = z.infer<typeof predictConfig>;
export type EvaluateConfig = z.infer<typeof evaluateConfig>;
export type ReportConfig = z.infer<typeof report>;

/** The JSON Schema of pipeline.json, for editors. */
export function pipelineJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(sections, { io: 'input' }) as Record<string, unknown>;
}
