import type { HistoryLine } from '@viewgap/contracts';

/** The parts of a loss: of a step, or the mean of several. */
export type LossParts = HistoryLine['train'];

/** Losses added up; `reconstruction` is null where there is none. */
export interface LossSums {
  readonly steps: number;
  readonly classification: number;
  readonly reconstruction: number | null;
}

export const NO_LOSSES: LossSums = { steps: 0, classification: 0, reconstruction: null };

export function plus(sums: LossSums, loss: LossParts): LossSums {
  return {
    steps: sums.steps + 1,
    classification: sums.classification + loss.classification,
    reconstruction: loss.reconstruction === null ? null : (sums.reconstruction ?? 0) + loss.reconstruction,
  };
}

export function means({ steps, classification, reconstruction }: LossSums): LossParts {
  return {
    classification: classification / steps,
    reconstruction: reconstruction === null ? null : reconstruction / steps,
  };
}
