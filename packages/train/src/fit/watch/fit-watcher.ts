import type { HistoryLine } from '@viewgap/contracts';
import type { LossParts } from '../../model/loss-means.ts';

/** A step that was done. */
export interface StepReport {
  readonly step: number;
  readonly epoch: number;
  readonly loss: LossParts;
  /** share of the time so far in which the engine waited for images, 0 … 1 */
  readonly waitedShare: number;
}

/** Who is told how a training goes; nothing that it does changes the training. */
export interface FitWatcher {
  /** @param done steps that an earlier run did */
  begin?(done: number): void;
  step?(report: StepReport): void;
  /** Images of the validation that are scored. */
  validating?(done: number): void;
  /** @param history all lines so far, this epoch's last */
  epoch?(history: readonly HistoryLine[]): void | Promise<void>;
}

/** Tells several. */
export function watchers(all: readonly FitWatcher[]): Required<FitWatcher> {
  return {
    begin: (done) => {
      for (const one of all) one.begin?.(done);
    },
    step: (report) => {
      for (const one of all) one.step?.(report);
    },
    validating: (done) => {
      for (const one of all) one.validating?.(done);
    },
    epoch: async (history) => {
      for (const one of all) await one.epoch?.(history);
    },
  };
}
