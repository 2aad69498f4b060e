import type { Finding, ModelConfig, TrainConfig } from '@viewgap/contracts';
import type { tf } from '@viewgap/engine';
import { createModel, loadPretrained, type Model } from './model.ts';

export interface InitialSettings {
  readonly common: TrainConfig;
  readonly model: ModelConfig;
  readonly seed: number;
  /** edge of the images, pixels */
  readonly size: number;
  /** what is to be scored, in the order of the logits */
  readonly findings: readonly Finding[];
  /** safetensors file that the encoder starts from; null: random weights */
  readonly pretrained: string | null;
}

/** What a training starts from: the model, and where it is asked for the moving average of its weights. */
export interface InitialModels {
  readonly model: Model;
  readonly average: Model | null;
}

export async function initialModels(settings: InitialSettings): Promise<InitialModels> {
  const { common, seed, size, findings, pretrained } = settings;
  const model = createModel(common, settings.model, size, seed, findings.length);
  if (pretrained) await loadPretrained(model, pretrained);
  if (common.emaDecay === null) return { model, average: null };
  const average = createModel(common, settings.model, size, seed, findings.length, 'average/');
  for (const [name, weight] of average.parameters.all()) {
    weight.assign(model.parameters.all().get(name) as tf.Variable);
  }
  return { model, average };
}
