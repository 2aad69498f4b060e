import type { TrainConfig } from '@viewgap/contracts';

type Settings = Pick<TrainConfig, 'epochs' | 'steps' | 'batchSize'>;

/** How long a training is. */
export interface TrainingLength {
  readonly steps: number;
  /** the last one may be a part: the validations are as many */
  readonly epochs: number;
}

/**
 * An epoch shows as many images as there are.
 * @param images of training, no fewer than a batch
 */
export function trainingLength({ epochs, steps, batchSize }: Settings, images: number): TrainingLength {
  if (steps === null) return { steps: Math.floor((epochs * images) / batchSize), epochs };
  return { steps, epochs: Math.ceil((steps * batchSize) / images) };
}

/** The last step of an epoch: the last that holds no image of the next one, and the last of all. */
export function lastStepOf(epoch: number, settings: Settings, images: number): number {
  const { steps } = trainingLength(settings, images);
  return Math.min(steps, Math.floor((epoch * images) / settings.batchSize));
}
