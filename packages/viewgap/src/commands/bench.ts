import type { BenchModel, ContestantName } from '@viewgap/engine';
import { Command, Option } from 'commander';
import type { BenchIngestFlags, BenchTrainFlags } from '../actions/bench.ts';
import { wholeNumber } from '../options/values.ts';
import type { Context } from '../terminal/context.ts';

const MODELS: Readonly<Record<BenchModel, true>> = { cnn: true, resnet50: true, 'resnet50-decoder': true };
const CONTESTANTS: Readonly<Record<ContestantName, true>> = {
  stock: true,
  eager: true,
  'captured-float32': true,
  'captured-bfloat16': true,
  'torch-float32': true,
  'torch-bfloat16': true,
  'torch-compile-float32': true,
  'torch-compile-bfloat16': true,
};

const rounds = () =>
  new Option('--rounds <number>', 'how often all contestants take turns')
    .default(3)
    .argParser(wholeNumber(1));
const json = () => new Option('--json', 'print as JSON');

export function command(context: Context): Command {
  return new Command()
    .addCommand(trainCommand(context))
    .addCommand(ingestCommand(context))
    .addHelpText(
      'after',
      '\nexample: viewgap bench train --model cnn --size 64 --batch 16 --python python3\n         viewgap bench ingest --images images --repeat 10 --python python3',
    );
}

function trainCommand(context: Context): Command {
  return new Command('train')
    .description('compare training speed with stock TensorFlow.js and PyTorch')
    .addOption(new Option('--model <name>', 'one network alone; default: all').choices(Object.keys(MODELS)))
    .option(
      '--size <pixels>',
      'edge of the images, a multiple of 32; with --model and --batch',
      wholeNumber(1),
    )
    .option('--batch <images>', 'images of a step; with --model and --size', wholeNumber(1))
    .option(
      '--seconds <number>',
      'timed in each turn, after one untimed; three steps at least',
      wholeNumber(1),
      3,
    )
    .addOption(rounds())
    .option('--inference', 'time outputs alone, not training steps')
    .option('--python <path>', 'a Python that has torch, to time it too')
    .option('--compile', 'time torch.compile too, which takes minutes to start')
    .addOption(
      new Option(
        '--without <contestants...>',
        'contestants to leave out, to save memory: all of them hold theirs at once',
      )
        .choices(Object.keys(CONTESTANTS))
        .default([], 'none'),
    )
    .option('--profile', 'print what a captured step spends its time on')
    .addOption(json())
    .action(async (flags: BenchTrainFlags) => {
      const { benchTrain } = await import('../actions/bench.ts');
      await benchTrain(flags, context);
    });
}

function ingestCommand(context: Context): Command {
  return new Command('ingest')
    .description('compare the speed of reading images with Python libraries')
    .requiredOption('--images <folder>', 'folder of .png or .dcm files')
    .option('--repeat <number>', 'how often each file is read in a round', wholeNumber(1), 1)
    .addOption(new Option('--encoding <kind>', 'of the shards').choices(['png', 'raw']).default('png'))
    .addOption(rounds())
    .option('--python <path>', 'a Python that has the image libraries, to time them too')
    .addOption(json())
    .action(async (flags: BenchIngestFlags) => {
      const { benchIngestion } = await import('../actions/bench.ts');
      await benchIngestion(flags, context);
    });
}
