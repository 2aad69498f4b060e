import type { ExportFormat } from '@viewgap/train';
import { Command, Option } from 'commander';
import type { ExportFlags } from '../actions/export.ts';
import { pipelineOption } from '../options/pipeline-option.ts';
import { wholeNumber } from '../options/values.ts';
import type { Context } from '../terminal/context.ts';

const FORMATS: Readonly<Record<ExportFormat, string>> = { savedmodel: 'TensorFlow', safetensors: 'PyTorch' };

export function command(context: Context): Command {
  const formats = Object.entries(FORMATS).map(([format, program]) => `${format} for ${program}`);
  return new Command()
    .addOption(pipelineOption())
    .requiredOption('--model <name>', 'a model of train.models; without a pipeline: folder of its training')
    .addOption(
      new Option(
        '--seed <number>',
        'with a pipeline: seed that the model was trained with; default: 0',
      ).argParser(wholeNumber(0)),
    )
    .addOption(
      new Option('--format <name>', formats.join(', ')).choices(Object.keys(FORMATS)).makeOptionMandatory(),
    )
    .requiredOption('--out <folder>', 'folder for the files')
    .addHelpText(
      'after',
      '\nexamples: viewgap export --pipeline pipelines/nih-sample --model model2 --format safetensors --out out/torch' +
        '\n          viewgap export --model out/model2 --format safetensors --out out/torch',
    )
    .action(async (flags: ExportFlags) => {
      const { exportTrained } = await import('../actions/export.ts');
      await exportTrained(flags, context);
    });
}
