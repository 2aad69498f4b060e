import { resolve } from 'node:path';
import {
  ConfigError,
  counted,
  type NamedPipeline,
  type PhantomConfig,
  type SourceConfig,
} from '@viewgap/contracts';
import { Command } from 'commander';
import {
  addPhantomOptions,
  layoutSource,
  type PhantomOptions,
  phantomConfigOf,
} from '../options/phantom-options.ts';
import { sourceOf } from '../pipeline/source-of.ts';
import { openWorkplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

interface Options extends PhantomOptions {
  readonly pipeline?: string;
  readonly source?: string;
}

export function command(context: Context): Command {
  const described = new Command()
    .option('--pipeline <folder>', 'folder of a pipeline.json that has phantoms')
    .option('--source <name>', 'with --pipeline: one source alone; else all that have phantoms');
  return addPhantomOptions(described)
    .addHelpText(
      'after',
      '\nexamples: viewgap phantom --layout chexpert --images 100 --seed 1 --out out/chexpert' +
        '\n          viewgap phantom --layout dicom-folder --images 40 --present 유 --absent 무 --out out/hospital',
    )
    .action(async (options: Options) => {
      const works = await worksOf(options, context);
      const { writePhantom } = await import('@viewgap/phantom');
      for (const { name, ...work } of works) {
        const files = await writePhantom({ ...work, progress: context.progress });
        context.progress.log(`phantom ${name}: ${files === 0 ? 'as they were' : counted(files, 'file')}`);
      }
    });
}

interface Work {
  readonly name: string;
  readonly source: SourceConfig;
  readonly phantom: PhantomConfig;
  readonly out: string;
}

async function worksOf(options: Options, context: Context): Promise<Work[]> {
  if (options.pipeline !== undefined) {
    const { pipeline } = await openWorkplace(options.pipeline, context);
    const drawn = Object.entries(pipeline.config.sources).filter(([, { phantom }]) => phantom !== undefined);
    const names = options.source === undefined ? drawn.map(([name]) => name) : [options.source];
    return names.map((name) => sourceWork(pipeline, name));
  }
  const { layout, out } = options;
  if (layout === undefined || out === undefined) {
    throw new ConfigError('neither a pipeline nor a layout', 'phantom', 'give --layout and --out');
  }
  return [
    {
      name: layout,
      source: layoutSource(layout, options),
      phantom: phantomConfigOf(options),
      out: resolve(context.cwd, out),
    },
  ];
}

function sourceWork(pipeline: NamedPipeline, name: string): Work {
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
  return { name, source, phantom: source.phantom, out: resolve(pipeline.folder, source.root) };
}
