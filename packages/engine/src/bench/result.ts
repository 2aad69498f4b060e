import type { BenchCase } from './contestants/bench-case.ts';
import type { Contestant, ContestantName, Ready, Turn, Values } from './contestants/contestant.ts';
import type { OpTime } from './contestants/op-times.ts';

/** How one contestant did. */
export interface BenchRow {
  readonly contestant: ContestantName;
  readonly title: string;
  readonly precision: 'float32' | 'bfloat16';
  /** Version of its libraries. */
  readonly version: string;
  /** How many numbers its model trains. */
  readonly weights: number;
  /** Median of all timed steps, milliseconds. */
  readonly stepMs: number;
  readonly imagesPerSecond: number;
  /** How many steps were timed. */
  readonly steps: number;
  /** Median of each round, milliseconds. */
  readonly roundMs: readonly number[];
  /** The most memory that its process had resident. */
  readonly peakBytes: number;
  /** What its first steps computed: see Ready. */
  readonly values: Values;
  /** Where times of ops were asked for and the contestant runs as a graph: slowest first. */
  readonly ops?: readonly OpTime[];
}

/** One row's speed and memory divided by another's. */
export interface BenchRatio {
  readonly of: ContestantName;
  readonly over: ContestantName;
  readonly imagesPerSecond: number;
  readonly peakBytes: number;
}

export interface CaseResult extends BenchCase {
  readonly rows: readonly BenchRow[];
  readonly ratios: readonly BenchRatio[];
  readonly skipped: readonly { readonly contestant: ContestantName; readonly why: string }[];
}

/** The row of a contestant after its turns. */
export function rowOf(
  { name, title, precision }: Contestant & { readonly name: ContestantName },
  { batch }: BenchCase,
  { version, weights, values }: Ready,
  turns: readonly Turn[],
): BenchRow {
  const all = turns.flatMap(({ ms }) => ms);
  const stepMs = median(all);
  return {
    contestant: name,
    title,
    precision,
    version,
    weights,
    stepMs,
    imagesPerSecond: (1000 * batch) / stepMs,
    steps: all.length,
    roundMs: turns.map(({ ms }) => median(ms)),
    peakBytes: turns.reduce((most, { peakBytes }) => Math.max(most, peakBytes), 0),
    values,
  };
}

/** Captured steps over stock TensorFlow.js, and over the fastest PyTorch of the same precision, where there are such. */
export function ratiosOf(rows: readonly BenchRow[]): BenchRatio[] {
  const stock = rows.find(({ contestant }) => contestant === 'stock');
  const captured = rows.filter(({ contestant }) => contestant.startsWith('captured'));
  return captured.flatMap((row) => {
    const torch = fastestTorch(rows, row.precision);
    return [stock, torch].flatMap((other) => (other ? [ratio(row, other)] : []));
  });
}

function fastestTorch(rows: readonly BenchRow[], precision: string): BenchRow | undefined {
  return rows
    .filter((row) => row.contestant.startsWith('torch') && row.precision === precision)
    .sort((a, b) => a.stepMs - b.stepMs)[0];
}

function ratio(of: BenchRow, over: BenchRow): BenchRatio {
  return {
    of: of.contestant,
    over: over.contestant,
    imagesPerSecond: of.imagesPerSecond / over.imagesPerSecond,
    peakBytes: of.peakBytes / over.peakBytes,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [Math.ceil(middle) - 1, Math.floor(middle)];
  return ((sorted[low] as number) + (sorted[high] as number)) / 2;
}
