import {
  catalogConfig,
  ingestConfig,
  modelConfig,
  sourceFacts,
  trainConfig,
  trialValues,
  UserError,
} from '@viewgap/contracts';
import { z } from 'zod';
import type { Artifact } from '../manifest/manifest.ts';

const ingestFactsShape = z.strictObject({
  /** the source's name in pipeline.json */
  name: z.string(),
  /** the source as pipeline.json has it, without the folder on this machine */
  source: sourceFacts,
  settings: ingestConfig,
});

const catalogFactsShape = z.strictObject({
  catalog: catalogConfig,
  /** the images in the shards: one size and one geometry for all sources */
  images: ingestConfig,
  sources: z.record(
    z.string(),
    z.strictObject({ role: z.enum(['train', 'external']), synthetic: z.boolean() }),
  ),
});

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const grey = z.strictObject({ mean: z.number(), deviation: z.number().positive() });

/** What greys 0 … 1 are normalised by: mean and standard deviation over the training images' pixels that are not black. */
const sourceGreys = z.strictObject({
  sources: z.record(z.string(), grey),
  /** for images of no source of training: of all training images together */
  others: grey,
});

const trainFactsShape = z.strictObject({
  name: z.string(),
  seed: z.int(),
  /** edge of the images, pixels */
  size: z.int().positive(),
  common: trainConfig,
  model: modelConfig,
  /** what of these settings was chosen by trials */
  tuned: trialValues.nullable().default(null),
  /** where `common.normalise` is source */
  greys: sourceGreys.optional(),
  /** the engine that trained it, which may change the last bits */
  engine: z.record(z.string(), z.unknown()),
  /** what two trainings must share to be compared */
  fairness: z.strictObject({
    /** of the encoder and the head, before the first step */
    initial_weights: hash,
    batch_order: hash,
    augmentations: hash,
    steps: z.int(),
  }),
});

/** The model and seed that a predict manifest names; no stage reads its other settings. */
const predictFactsShape = z.looseObject({ name: z.string(), seed: z.int() });

/** `config` of an ingest manifest: how the source was read. */
export type IngestFacts = z.infer<typeof ingestFactsShape>;
/** `config` of a catalog manifest: what later stages must know of how it was made. */
export type CatalogFacts = z.infer<typeof catalogFactsShape>;
/** `config` of a train manifest: enough to build the model again around its weights, and to compare trainings. */
export type TrainFacts = z.infer<typeof trainFactsShape>;
export type SourceGreys = z.infer<typeof sourceGreys>;

/** @throws UserError where another version wrote the artifact */
export function ingestFacts(artifact: Artifact, rebuild: string): IngestFacts {
  return factsOf(ingestFactsShape, artifact, rebuild);
}

/** @throws UserError where another version wrote the artifact */
export function catalogFacts(artifact: Artifact, rebuild: string): CatalogFacts {
  return factsOf(catalogFactsShape, artifact, rebuild);
}

/** @throws UserError where another version wrote the artifact */
export function trainFacts(artifact: Artifact, rebuild: string): TrainFacts {
  return factsOf(trainFactsShape, artifact, rebuild);
}

/**
 * The model and the seed of the training whose scores these are.
 * @throws UserError where another version wrote the artifact
 */
export function predictFacts(artifact: Artifact, rebuild: string): z.infer<typeof predictFactsShape> {
  return factsOf(predictFactsShape, artifact, rebuild);
}

function factsOf<T>(shape: z.ZodType<T>, { folder, manifest }: Artifact, rebuild: string): T {
  const parsed = shape.safeParse(manifest.config);
  if (parsed.success) return parsed.data;
  throw new UserError(`the ${manifest.stage} artifact was written by another version`, folder, rebuild, {
    cause: parsed.error,
  });
}
