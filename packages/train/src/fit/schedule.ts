import type { TrainConfig } from '@viewgap/contracts';

/**
 * The learning rate of a step: it rises from 0 over the warm-up, then stays or falls along a half cosine (Loshchilov and
 * Hutter, 2017). Everything is a share of the steps, so a longer training stretches it.
 * @param step from 1
 * @param steps of the whole training
 */
export function learningRateAt(
  { learningRate, schedule }: Pick<TrainConfig, 'learningRate' | 'schedule'>,
  step: number,
  steps: number,
): number {
  const rising = Math.round(schedule.warmUp * steps);
  if (step <= rising) return (learningRate * step) / rising;
  if (schedule.shape === 'constant') return learningRate;
  const done = (step - rising) / Math.max(steps - rising, 1);
  const share = (1 + Math.cos(Math.PI * done)) / 2;
  return learningRate * (schedule.end + (1 - schedule.end) * share);
}

/**
 * The share of a moving average that a step keeps: less at first, or the average would hang on to the initial weights
 * (as in TensorFlow's ExponentialMovingAverage).
 * @param step from 1
 */
export function emaDecayAt(decay: number, step: number): number {
  return Math.min(decay, step / (step + 9));
}
