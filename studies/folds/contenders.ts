import { dirname, resolve } from 'node:path';
import {
  ConfigError,
  type ModelConfig,
  type NamedPipeline,
  type Pipeline,
  readTrainSection,
  type TrainConfig,
} from '@viewgap/contracts';
import { FACTS_MODEL } from './facts-regression.ts';

/** A model that is trained on every fold. */
export interface Contender {
  readonly name: string;
  readonly model: ModelConfig;
  /** the model that `model.control.flopsOf` names */
  readonly rival: ModelConfig | null;
  readonly common: TrainConfig;
  /** folder that encoder.weights is relative to */
  readonly weightsFolder: string;
}

/**
 * The models of a pipeline, and of files with a section `train` of their own, in this order.
 * @throws ConfigError where two have one name
 */
export async function readContenders(
  pipeline: NamedPipeline,
  against: readonly string[],
): Promise<Contender[]> {
  const found = ofSection(pipeline.config.train, pipeline.folder);
  for (const file of against) {
    const { train } = await readTrainSection(resolve(file));
    for (const one of ofSection(train, dirname(resolve(file)))) found.push(one);
  }
  const names = [FACTS_MODEL, ...found.map(({ name }) => name)];
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return found;
  throw new ConfigError('two models have the same name', twice, 'give it another in the file of --against');
}

function ofSection({ common, models }: Pipeline['train'], weightsFolder: string): Contender[] {
  return Object.entries(models).map(([name, model]) => {
    const rival = models[model.control?.flopsOf ?? ''] ?? null;
    return { name, model, rival, common, weightsFolder };
  });
}
