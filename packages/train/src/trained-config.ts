import {
  type Artifact,
  type ModelConfig,
  modelConfig,
  type TrainConfig,
  trainConfig,
} from '@viewgap/contracts';
import { z } from 'zod';

const config = z.object({
  name: z.string(),
  seed: z.int(),
  size: z.int().positive(),
  common: trainConfig,
  model: modelConfig,
});

/** How a model was trained, from its artifact's manifest: enough to build it again around its weights. */
export function trainedConfig(trained: Artifact): {
  name: string;
  seed: number;
  size: number;
  common: TrainConfig;
  model: ModelConfig;
} {
  return config.parse(trained.manifest.config);
}
