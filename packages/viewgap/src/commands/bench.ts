import { ConfigError, nearestName } from '@viewgap/contracts';
import {
  BENCH_MODELS,
  type BenchCase,
  type BenchModel,
  type BenchResult,
  benchCases,
  benchTraining,
  CONTESTANT_NAMES,
  type ContestantName,
  defaultCacheDir,
} from '@viewgap/engine';
import { Argument, Command, Option } from 'commander';
import { benchIngest, ingestTable } from '../bench/bench-ingest.ts';
import { checkTorch } from '../bench/bench-python.ts';
import { benchHead, caseTable } from '../bench/bench-table.ts';
import { askedEngine } from '../pipeline/engine.ts';
import type { Context } from '../terminal/context.ts';

interface Options {
  readonly model?: string;
  readonly size?: string;
  readonly batch?: string;
  readonly seconds: string;
  readonly rounds: string;
  readonly inference?: boolean;
  readonly python?: string;
  readonly compile?: boolean;
  readonly without: ContestantName[];
  readonly profile?: boolean;
  readonly json?: boolean;
  readonly images?: string;
  readonly repeat: string;
  readonly encoding: string;
}

export function command(context: Context): Command {
  return new Command()
    .addArgument(new Argument('<what>', 'what to time').choices(['train', 'ingest']))
    .option('--model <name>', `one of ${BENCH_MODELS.join(', ')}; default: all`)
    .option('--size <pixels>', 'edge of the images, a multiple of 32; with --model and --batch')
    .option('--batch <images>', 'images of a step; with --model and --size')
    .option('--seconds <number>', 'timed in each turn, after one untimed; three steps at least', '3')
    .option('--rounds <number>', 'how often all contestants take turns', '3')
    .option('--inference', 'time outputs alone, not training steps')
    .option(
      '--python <path>',
      'a Python that has torch (or, for ingest, the image libraries), to time others too',
    )
    .option('--compile', 'time torch.compile too, which takes minutes to start')
    .addOption(
      new Option('--without <contestants...>', 'leave some out: all hold their memory at once')
        .choices(CONTESTANT_NAMES)
        .default([], 'none'),
    )
    .option('--profile', 'print what a captured step spends its time on')
    .option('--images <folder>', 'ingest: folder of .png or .dcm files')
    .option('--repeat <number>', 'ingest: how often each file is read in a round', '1')
    .option('--encoding <kind>', 'ingest: png or raw', 'png')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      '\nexample: viewgap bench train --model cnn --size 64 --batch 16 --python python3\n         viewgap bench ingest --images images --repeat 10 --python python3',
    )
    .action(async (what: string, options: Options) => {
      if (what === 'ingest') return timeIngest(options, context);
      const cases = casesOf(options);
      const counts = {
        seconds: countOf('--seconds', options.seconds),
        rounds: countOf('--rounds', options.rounds),
      };
      const python = options.python ?? null;
      if (python !== null) await checkTorch(python, context);
      const result = await benchTraining(cases, {
        ...counts,
        python,
        compile: options.compile ?? false,
        profile: options.profile ?? false,
        without: options.without,
        cacheDir: defaultCacheDir(context.env),
        log: context.progress.log,
        prefer: askedEngine(context.env),
        ...(options.json ? {} : { onCase: showCases(context) }),
      });
      if (options.json) context.print(JSON.stringify(result, null, 2));
    });
}

async function timeIngest(
  { images, python, json, encoding, ...counts }: Options,
  context: Context,
): Promise<void> {
  if (images === undefined)
    throw new ConfigError('no images to time', 'bench ingest', 'give --images FOLDER');
  if (encoding !== 'png' && encoding !== 'raw')
    throw new ConfigError('no such encoding', encoding, 'png or raw');
  const rounds = countOf('--rounds', counts.rounds);
  const repeat = countOf('--repeat', counts.repeat);
  const result = await benchIngest({ images, python: python ?? null, encoding, rounds, repeat }, context);
  context.print(json ? JSON.stringify(result, null, 2) : ingestTable(result));
}

/** Prints each case as it ends, after what all have in common. */
function showCases(context: Context): (result: BenchResult) => void {
  let headed = false;
  return (result) => {
    if (!headed) context.print(benchHead(result));
    headed = true;
    for (const one of result.cases) context.print(`\n${caseTable(one)}`);
  };
}

function casesOf({ model: name, size: edge, batch: images, inference = false }: Options): BenchCase[] {
  const model = name === undefined ? undefined : modelOf(name);
  if (edge === undefined && images === undefined)
    return benchCases(model ? [model] : BENCH_MODELS, inference);
  if (model === undefined || edge === undefined || images === undefined) {
    const given = Object.entries({ '--model': name, '--size': edge, '--batch': images });
    const missing = given.flatMap(([option, value]) => (value === undefined ? [option] : []));
    throw new ConfigError(
      'one case needs a model, a size and a batch',
      `no ${missing.join(', no ')}`,
      'give all three',
    );
  }
  const size = countOf('--size', edge);
  if (size % 32 !== 0) throw new ConfigError('not a multiple of 32', `--size ${edge}`, 'give 32, 64, 96, …');
  return [{ model, size, batch: countOf('--batch', images), inference }];
}

function modelOf(name: string): BenchModel {
  const model = BENCH_MODELS.find((known) => known === name);
  if (!model) throw new ConfigError('no such model to time', name, nearestName(name, BENCH_MODELS));
  return model;
}

function countOf(option: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new ConfigError('not a count', `${option} ${text}`, 'give a whole number from 1');
  }
  return Number(text);
}
