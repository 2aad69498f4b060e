import type { EnginePreference } from '../engine-report.ts';
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

/** What a contestant's process is started with: as JSON, its one argument. */
export interface Job extends BenchCase {
  readonly contestant: ContestantName;
  readonly device: 'cpu' | 'cuda';
  readonly threads: number;
  readonly cacheDir: string;
  readonly prefer: EnginePreference;
}

/** What a contestant is told on its stdin, a line of JSON each. */
export type Request = { readonly steps: number } | { readonly profile: number };

/** What it says on its stdout, likewise: that it is ready, then one reply to each request. */
export type Reply = Ready | Turn | { readonly ops: readonly OpTime[] } | { readonly error: string };

/** null: not finite. */
export type Values = readonly (number | null)[];

export interface Ready {
  /** Of its libraries. */
  readonly version: string;
  /** How many numbers its model trains. */
  readonly weights: number;
  /** Of the steps that it took so far: see Turn. */
  readonly values: Values;
}

/** Steps that were taken in one go. */
export interface Turn {
  /** Milliseconds of each step. */
  readonly ms: readonly number[];
  /** Of each step, the untimed ones before them included: the loss; in inference, the sum of the outputs' means. */
  readonly values: Values;
  /** The most memory that the process has had resident so far, bytes. */
  readonly peakBytes: number;
}

/** Steps before the first turn, and before the timed ones of every turn: other processes ran meanwhile. */
export const WARM_UP = { start: 2, turn: 1 } as const;
