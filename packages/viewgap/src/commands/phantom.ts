import { resolve } from 'node:path';
import { ConfigError, type PhantomConfig, type SourceConfig } from '@viewgap/contracts';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { sourceOf } from '../source-of.ts';
import { openWorkplace } from '../workplace.ts';
import { addPhantomOptions, layoutSource, type PhantomOptions, phantomConfigOf } from './phantom-options.ts';

interface Options extends PhantomOptions {
  readonly pipeline?: string;
  readonly source?: string;
}

export function command(context: Context): Command {
  const described = new Command()
    .option('--pipeline <folder>', 'folder of a pipeline.json that has phantoms')
    .option('--source <name>', 'with --pipeline: the source whose phantoms are written to its root');
  return addPhantomOptions(described)
    .addHelpText(
      'after',
      '\nexamples: viewgap phantom --layout chexpert --images 100 --seed 1 --out out/chexpert' +
        '\n          viewgap phantom --layout dicom-folder --images 40 --present 유 --absent 무 --out out/hospital',
    )
    .action(async (options: Options) => {
      const work = await workOf(options, context);
      const { writePhantom } = await import('@viewgap/phantom');
      const files = await writePhantom({ ...work, progress: context.progress });
      const done = files === 0 ? 'as they were' : `${files} files`;
      context.progress.log(`phantom ${options.source ?? options.layout}: ${done}`);
    });
}

interface Work {
  readonly source: SourceConfig;
  readonly phantom: PhantomConfig;
  readonly out: string;
}

async function workOf(options: Options, context: Context): Promise<Work> {
  if (options.pipeline !== undefined) return pipelineWork(options.pipeline, options.source ?? '', context);
  const { layout, out } = options;
  if (layout === undefined || out === undefined) {
    throw new ConfigError('neither a pipeline nor a layout', 'phantom', 'give --layout and --out');
  }
  return {
    source: layoutSource(layout, options),
    phantom: phantomConfigOf(options),
    out: resolve(context.cwd, out),
  };
}

async function pipelineWork(folder: string, name: string, context: Context): Promise<Work> {
  const { pipeline } = await openWorkplace(folder, context);
  const source = sourceOf(pipeline, name);
  if (source.phantom === undefined) {
    throw new ConfigError('a source that is no phantom', name, 'its data are where its root says');
  }
  if (source.root.startsWith('$')) {
    throw new ConfigError(
      'phantoms below an environment variable',
      source.root,
      'give a root beside the pipeline',
    );
  }
  return { source, phantom: source.phantom, out: resolve(pipeline.folder, source.root) };
}
