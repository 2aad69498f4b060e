import type { EnginePreference } from '../../install/engine-report.ts';
import type { BenchCase } from './bench-case.ts';
import type { OpTime } from './op-times.ts';

/** One way to compute a case; each runs in a process of its own. */
export interface Contestant {
  readonly name: string;
  /** For a person. */
  readonly title: string;
  readonly precision: 'float32' | 'bfloat16';
  readonly library: 'tfjs' | 'torch';
}

export const CONTESTANTS = [
  { name: 'stock', title: 'stock tfjs-node, eager', precision: 'float32', library: 'tfjs' },
  { name: 'eager', title: 'engine, eager', precision: 'float32', library: 'tfjs' },
  { name: 'captured-float32', title: 'engine, captured', precision: 'float32', library: 'tfjs' },
  { name: 'captured-bfloat16', title: 'engine, captured', precision: 'bfloat16', library: 'tfjs' },
  { name: 'torch-float32', title: 'PyTorch, eager', precision: 'float32', library: 'torch' },
  { name: 'torch-bfloat16', title: 'PyTorch, eager', precision: 'bfloat16', library: 'torch' },
  { name: 'torch-compile-float32', title: 'PyTorch, compiled', precision: 'float32', library: 'torch' },
  { name: 'torch-compile-bfloat16', title: 'PyTorch, compiled', precision: 'bfloat16', library: 'torch' },
] as const satisfies readonly Contestant[];
export type ContestantName = (typeof CONTESTANTS)[number]['name'];
export const CONTESTANT_NAMES: readonly ContestantName[] = CONTESTANTS.map(({ name }) => name);

/** What a contestant's process is started with: as JSON, its one argument. */
export interface Job extends BenchCase {
  readonly contestant: ContestantName;
  readonly device: 'cpu' | 'cuda';
  readonly threads: number;
  readonly cacheDir: string;
  readonly prefer: EnginePreference;
  /** Steps that it takes before it is ready. */
  readonly firstSteps: number;
}

/** Steps in a row: at least `steps`, and for at least `seconds`. */
export interface Stretch {
  readonly seconds: number;
  readonly steps: number;
}

/** What a contestant is told on its stdin, a line of JSON each: to take its turn, or to profile a number of steps. */
export type Request = { readonly warmUp: Stretch; readonly timed: Stretch } | { readonly profile: number };

/** What it writes to stdout, also a line of JSON each: that it is ready, then one reply to each request. */
export type Reply = Ready | Turn | { readonly ops: readonly OpTime[] } | { readonly error: string };

/** null: not finite. */
export type Values = readonly (number | null)[];

export interface Ready {
  /** Version of its libraries. */
  readonly version: string;
  /** How many numbers its model trains. */
  readonly weights: number;
  /** The loss of each of its first steps; in inference, the sum of the outputs' means. */
  readonly values: Values;
}

/** The result of a turn. */
export interface Turn {
  /** Milliseconds of each timed step. */
  readonly ms: readonly number[];
  /** The most memory that the process has had resident so far, bytes. */
  readonly peakBytes: number;
}

/** Steps that are enough to see whether two contestants compute the same. */
export const FIRST_STEPS = 5;

/** Untimed steps of every turn: other processes ran meanwhile, and PyTorch's threads are up to 40 % slower after a pause. */
export const WARM_UP: Stretch = { seconds: 1, steps: 1 };

/** Timed steps of a turn, even where they take longer than its seconds. */
export const LEAST_STEPS = 3;
