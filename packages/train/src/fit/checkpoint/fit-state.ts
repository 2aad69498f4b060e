import type { HistoryLine } from '@viewgap/contracts';
import type { NamedTensor } from '@viewgap/engine';
import { NOTHING_SHOWN, type ShownHashes } from '../../batches/order-hash.ts';
import { type LossSums, NO_LOSSES } from '../../model/loss-means.ts';
import type { Checkpoint } from './checkpoint-folder.ts';

/** Where a training is: with the tensors of its step, all that it needs to go on as if nothing had happened. */
export interface FitState {
  /** steps done */
  step: number;
  /** losses since the last validation */
  sums: LossSums;
  /** a line for each epoch that was validated */
  history: HistoryLine[];
  shown: ShownHashes;
  /** weights of the best epoch so far; null before the first validation */
  best: ReadonlyMap<string, NamedTensor> | null;
}

export function freshState(): FitState {
  return { step: 0, sums: NO_LOSSES, history: [], shown: NOTHING_SHOWN, best: null };
}

const STEP = 'step/';
const BEST = 'best/';

/** @param tensors what the training step reads back: weights, and what its optimiser keeps */
export function toCheckpoint(
  { best, ...state }: FitState,
  tensors: ReadonlyMap<string, NamedTensor>,
): Checkpoint {
  const named = (prefix: string, part: ReadonlyMap<string, NamedTensor>) =>
    [...part].map(([name, tensor]) => [prefix + name, tensor] as const);
  return {
    step: state.step,
    state: JSON.stringify(state),
    tensors: new Map([...named(STEP, tensors), ...named(BEST, best ?? new Map())]),
  };
}

/** The state that toCheckpoint was given, and the tensors of the training step. */
export function fromCheckpoint({ state, tensors }: Checkpoint): {
  readonly state: FitState;
  readonly tensors: ReadonlyMap<string, NamedTensor>;
} {
  const part = (prefix: string) =>
    new Map(
      [...tensors].flatMap(([name, tensor]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
      ),
    );
  const best = part(BEST);
  return {
    // The key names the code that wrote it, so it has this shape.
    state: { ...(JSON.parse(state) as Omit<FitState, 'best'>), best: best.size > 0 ? best : null },
    tensors: part(STEP),
  };
}
