import { resolve } from 'node:path';
import type { TrainConfig } from '@viewgap/contracts';
import { EngineError, type ImagenetOptions, imagenetWeights } from '@viewgap/engine';

/**
 * The file that an encoder's training starts from; null: from random weights.
 * @param folder of the pipeline.json, which names a file relative to itself
 * @throws EngineError where the ImageNet weights cannot be had
 */
export async function pretrainedFile(
  { weights }: TrainConfig['encoder'],
  folder: string,
  options: ImagenetOptions,
): Promise<string | null> {
  if (weights === null) return null;
  return weights === 'imagenet' ? imagenet(options) : resolve(folder, weights);
}

/** The engine knows of no pipeline.json: that training can do without is added here. */
async function imagenet(options: ImagenetOptions): Promise<string> {
  try {
    return await imagenetWeights(options);
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    const without = 'or start from random weights: train.common.encoder.weights null';
    throw new EngineError(cause.what, cause.value, `${cause.cure}; ${without}`, { cause });
  }
}
