import { setImmediate } from 'node:timers/promises';
import { UserError } from '@viewgap/contracts';
import type { NamedTensor } from '@viewgap/engine';
import type { StepPlan } from '../batches/batch-plans.ts';
import type { LossParts } from '../model/loss-means.ts';

/** A mean cross-entropy of ten thousand takes logits of tens of thousands: nothing that is learnt comes back from there. */
const EXPLODED = 1e4;
/** More would hide the cure. */
const NAMED_IMAGES = 32;

/** A training whose loss or weights are lost. */
export class DivergedError extends UserError {
  constructor(
    what: string,
    value: string,
    readonly step: number,
  ) {
    super(what, value, 'lower train.common.learningRate');
  }
}

/**
 * @param kept what is left of the training, for the error: `the checkpoint of step 200 is kept`
 * @throws DivergedError that names the step and its images, where the loss is not finite or beyond all bounds
 */
export function checkLoss(loss: LossParts, { step, images }: StepPlan, kept: string | undefined): void {
  const parts = [loss.classification, loss.reconstruction ?? 0];
  if (parts.every((part) => Math.abs(part) < EXPLODED)) return;
  const what = parts.every(Number.isFinite) ? 'the loss has exploded' : 'the loss is not finite';
  const ids = images.map(({ imageId }) => imageId);
  const more = ids.length > NAMED_IMAGES ? ` and ${ids.length - NAMED_IMAGES} more` : '';
  throw new DivergedError(
    what,
    `step ${step}, images ${ids.slice(0, NAMED_IMAGES).join(' ')}${more}${kept === undefined ? '' : `; ${kept}`}`,
    step,
  );
}

/** The error of a training whose weights are lost although its loss looked well. */
export function weightsBroken(name: string, step: number, kept: string): DivergedError {
  return new DivergedError(`values of ${name} are not finite`, `after step ${step}; ${kept}`, step);
}

/** The error of a training of which no epoch can be the best. */
export function neverValidated(epochs: number, step: number): DivergedError {
  return new DivergedError('no validation loss is finite', `${epochs} epochs`, step);
}

/** The name of a tensor that holds a value which is not finite, if any. Piece by piece, so that others get their turn. */
export async function brokenTensor(tensors: ReadonlyMap<string, NamedTensor>): Promise<string | undefined> {
  for (const [name, { data }] of tensors) {
    // Zero for every finite number, and NaN for all else.
    let zero = 0;
    for (let i = 0; i < data.length; i++) zero += (data[i] as number) * 0;
    if (zero !== 0) return name;
    await setImmediate();
  }
  return undefined;
}
