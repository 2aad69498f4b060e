import { Command } from 'commander';
import type { ReportFlags } from '../actions/report.ts';
import { outOption, pipelineOption, settingsOption, withoutPipeline } from '../options/pipeline-option.ts';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  return new Command()
    .addOption(pipelineOption())
    .addOption(withoutPipeline('--evaluate <folder>', 'folder of the metrics'))
    .addOption(withoutPipeline('--catalog <folder>', 'folder of the catalog'))
    .addOption(withoutPipeline('--train <folders...>', 'folders of the trainings'))
    .addOption(
      withoutPipeline(
        '--predict <folders...>',
        'folders of their predictions: those of the first seed are shown',
      ),
    )
    .addOption(settingsOption('report'))
    .addOption(
      withoutPipeline(
        '--name <text>',
        "name of the study; default: that of the settings' or of out's folder",
      ),
    )
    .addOption(outOption())
    .addHelpText(
      'after',
      '\nexamples: viewgap report --pipeline pipelines/nih-sample' +
        '\n          viewgap report --evaluate out/metrics --catalog out/catalog --train out/model1 out/model2 \\' +
        '\n            --predict out/scores1 out/scores2 --out out/report',
    )
    .action(async (flags: ReportFlags) => {
      const { report } = await import('../actions/report.ts');
      await report(flags, context);
    });
}
