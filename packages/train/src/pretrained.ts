import { resolve } from 'node:path';
import type { TrainConfig } from '@viewgap/contracts';
import { type ImagenetOptions, imagenetWeights } from '@viewgap/engine';

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
  return weights === 'imagenet' ? imagenetWeights(options) : resolve(folder, weights);
}
