import { Command } from 'commander';
import type { PredictFlags } from '../actions/predict.ts';
import { catalogOptions, pipelineOption, settingsOption, withPipeline } from '../options/pipeline-option.ts';
import { wholeNumber } from '../options/values.ts';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  const command = new Command()
    .requiredOption('--model <name>', 'a model of train.models; without a pipeline: folder of its training')
    .addOption(
      withPipeline(
        '--seed <number>',
        'seed that the model was trained with; default: 0',
        'catalog',
      ).argParser(wholeNumber(0)),
    )
    .addOption(pipelineOption());
  for (const option of catalogOptions()) command.addOption(option);
  return command
    .addOption(settingsOption('predict'))
    .option('--embeddings', 'also write the embeddings, as predict.embeddings of pipeline.json says')
    .addHelpText(
      'after',
      '\nexample: viewgap predict --pipeline pipelines/nih-sample --model model1 --seed 0' +
        '\n         viewgap predict --catalog runs/nih-sample/catalog --model out/model2 --out out/scores2',
    )
    .action(async (flags: PredictFlags) => {
      const { predict } = await import('../actions/predict.ts');
      await predict(flags, context);
    });
}
