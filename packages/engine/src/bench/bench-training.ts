import { availableParallelism } from 'node:os';
import type { EngineIdentity } from '../install/engine-report.ts';
import { type PrepareOptions, prepareEngine } from '../install/prepare.ts';
import type { BenchCase } from './contestants/bench-case.ts';
import { type RaceSettings, race } from './race.ts';
import type { CaseResult } from './result.ts';

export interface BenchOptions extends PrepareOptions, RaceSettings {
  /** Receives the result of each case as soon as it is ready, since all cases together take long. */
  readonly onCase?: (result: BenchResult) => void;
}

export interface BenchResult {
  readonly engine: EngineIdentity;
  readonly threads: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly cases: readonly CaseResult[];
}

/**
 * Times TensorFlow.js as it comes, the engine and PyTorch on the same cases with the same number of threads. Each
 * contestant is a process that builds its model once; their turns alternate, so that whatever else the machine does
 * falls on all of them.
 *
 * @throws EngineError when there is no engine; a contestant that fails is skipped, with the reason
 */
export async function benchTraining(
  cases: readonly BenchCase[],
  options: BenchOptions,
): Promise<BenchResult> {
  const { seconds, rounds } = options;
  const report = await prepareEngine(options);
  const threads = availableParallelism();
  const facts = { engine: report.identity, threads, seconds, rounds };
  const results: CaseResult[] = [];
  for (const one of cases) {
    const result = await race(one, { ...options, report, threads });
    options.onCase?.({ ...facts, cases: [result] });
    results.push(result);
  }
  return { ...facts, cases: results };
}
