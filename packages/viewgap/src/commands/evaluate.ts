import { Command } from 'commander';
import type { EvaluateFlags } from '../actions/evaluate.ts';
import { addFileOptions } from '../options/evaluate-options.ts';
import { outOption, pipelineOption, settingsOption } from '../options/pipeline-option.ts';
import type { Context } from '../terminal/context.ts';

const EXAMPLES = `
examples: viewgap evaluate --pipeline pipelines/nih-sample
          viewgap evaluate --predictions out/scores1 out/scores2 --out out/metrics
          viewgap evaluate --predictions scores.parquet --from resnet --to vit --bootstrap 2000 --out out/metrics
          viewgap evaluate --predictions preds.csv --wide "prob_{finding}" --labels labels.csv --set dataset=nih \\
            --set model=model1 --map image_id="Image Index" --out out/metrics`;

export function command(context: Context): Command {
  const options = new Command()
    .addOption(pipelineOption())
    .addOption(settingsOption('evaluate'))
    .addOption(outOption());
  return addFileOptions(options)
    .addHelpText('after', EXAMPLES)
    .action(async (flags: EvaluateFlags) => {
      const { evaluate } = await import('../actions/evaluate.ts');
      await evaluate(flags, context);
    });
}
