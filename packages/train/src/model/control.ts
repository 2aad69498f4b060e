import type { ModelConfig, TrainConfig } from '@viewgap/contracts';
import { countOperations, tf } from '@viewgap/engine';
import { trainingLength } from '../batches/training-length.ts';
import { createModel } from './model.ts';

/** What a control's training is compared with. */
export interface ControlSetting {
  /** the model that `control.flopsOf` names */
  readonly rival: ModelConfig | null;
  /** edge of the images, pixels */
  readonly size: number;
  /** number of training images */
  readonly images: number;
}

/**
 * The settings that a model is trained by: those of all models, but for what a control declares to change. With
 * `flopsOf` it takes as many steps as make its training cost as many operations as the other's; the schedule, being a share
 * of the steps, stretches with them.
 */
export function settingsOf(
  common: TrainConfig,
  model: ModelConfig,
  { rival, size, images }: ControlSetting,
): TrainConfig {
  if (!model.control) return common;
  const { flopsOf, epochs, ...changes } = model.control;
  const changed = { ...common, ...definedOf(changes), ...(epochs && { epochs, steps: null }) };
  if (flopsOf === undefined) return changed;
  if (!rival) throw new Error(`the model that a control is compared with is not given: ${flopsOf}`);
  const { steps } = trainingLength(common, images);
  const ratio = operationsOf(common, rival, size) / operationsOf(common, model, size);
  return { ...changed, steps: Math.max(1, Math.round(steps * ratio)) };
}

/** Multiply-adds of a training step for each image. */
export function operationsOf(common: TrainConfig, model: ModelConfig, size: number): number {
  const made = createModel(common, model, size, 0);
  try {
    return countOperations(() => {
      tf.tidy(() => {
        made.apply(tf.zeros<tf.Rank.R4>([1, size, size, 1]), true, true, tf.ones<tf.Rank.R2>([1, 2]));
      });
    });
  } finally {
    made.parameters.dispose();
  }
}

function definedOf<T extends object>(changes: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as never;
}
