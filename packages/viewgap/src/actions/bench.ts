import { ConfigError } from '@viewgap/contracts';
import {
  BENCH_MODELS,
  type BenchCase,
  type BenchModel,
  type BenchResult,
  benchCases,
  benchTraining,
  type ContestantName,
  defaultCacheDir,
} from '@viewgap/engine';
import { benchIngest, ingestTable } from '../bench/bench-ingest.ts';
import { checkTorch } from '../bench/bench-python.ts';
import { benchHead, caseTable } from '../bench/bench-table.ts';
import { askedEngine } from '../pipeline/engine.ts';
import type { Context } from '../terminal/context.ts';

export interface BenchTrainFlags {
  readonly model?: BenchModel;
  readonly size?: number;
  readonly batch?: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly inference?: boolean;
  readonly python?: string;
  readonly compile?: boolean;
  readonly without: ContestantName[];
  readonly profile?: boolean;
  readonly json?: boolean;
}

export interface BenchIngestFlags {
  readonly images: string;
  readonly repeat: number;
  readonly encoding: 'png' | 'raw';
  readonly rounds: number;
  readonly python?: string;
  readonly json?: boolean;
}

export async function benchTrain(flags: BenchTrainFlags, context: Context): Promise<void> {
  const { python = null, json = false, seconds, rounds, without, compile = false, profile = false } = flags;
  const cases = casesOf(flags);
  if (python !== null) await checkTorch(python, context);
  const result = await benchTraining(cases, {
    seconds,
    rounds,
    python,
    compile,
    profile,
    without,
    cacheDir: defaultCacheDir(context.env),
    log: context.progress.log,
    prefer: askedEngine(context.env),
    ...(json ? {} : { onCase: showCases(context) }),
  });
  if (json) context.print(JSON.stringify(result, null, 2));
}

export async function benchIngestion(flags: BenchIngestFlags, context: Context): Promise<void> {
  const { python = null, json = false, ...rest } = flags;
  const result = await benchIngest({ ...rest, python }, context);
  context.print(json ? JSON.stringify(result, null, 2) : ingestTable(result));
}

/** Prints what all cases have in common, then each case as it ends. */
function showCases(context: Context): (result: BenchResult) => void {
  let headed = false;
  return (result) => {
    if (!headed) context.print(benchHead(result));
    headed = true;
    for (const one of result.cases) context.print(`\n${caseTable(one)}`);
  };
}

function casesOf({ model, size, batch, inference = false }: BenchTrainFlags): BenchCase[] {
  if (size === undefined && batch === undefined) return benchCases(model ? [model] : BENCH_MODELS, inference);
  if (model === undefined || size === undefined || batch === undefined) {
    const given = Object.entries({ '--model': model, '--size': size, '--batch': batch });
    const missing = given.flatMap(([option, value]) => (value === undefined ? [option] : []));
    throw new ConfigError(
      'one case needs a model, a size and a batch',
      `no ${missing.join(', no ')}`,
      'give all three',
    );
  }
  if (size % 32 !== 0) throw new ConfigError('not a multiple of 32', `--size ${size}`, 'give 32, 64, 96, …');
  return [{ model, size, batch, inference }];
}
