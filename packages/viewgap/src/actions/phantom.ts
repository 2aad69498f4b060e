import { resolve } from 'node:path';
import {
  ConfigError,
  counted,
  type NamedPipeline,
  type PhantomConfig,
  type SourceConfig,
} from '@viewgap/contracts';
import { layoutSource, type PhantomValues, phantomConfigOf } from '../pipeline/phantom-of.ts';
import { sourceOf } from '../pipeline/source-of.ts';
import { openWorkplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

export interface PhantomFlags extends PhantomValues {
  readonly pipeline?: string;
  readonly layout?: string;
  readonly out?: string;
  readonly source?: string;
}

export async function phantom(flags: PhantomFlags, context: Context): Promise<void> {
  const works = await worksOf(flags, context);
  const { writePhantom } = await import('@viewgap/phantom');
  for (const { name, ...work } of works) {
    const files = await writePhantom({ ...work, progress: context.progress });
    context.progress.log(`phantom ${name}: ${files === 0 ? 'as they were' : counted(files, 'file')}`);
  }
}

interface Work {
  readonly name: string;
  readonly source: SourceConfig;
  readonly phantom: PhantomConfig;
  readonly out: string;
}

async function worksOf(flags: PhantomFlags, context: Context): Promise<Work[]> {
  if (flags.pipeline !== undefined) {
    const { pipeline } = await openWorkplace(flags.pipeline, context);
    const drawn = Object.entries(pipeline.config.sources).filter(([, { phantom }]) => phantom !== undefined);
    const names = flags.source === undefined ? drawn.map(([name]) => name) : [flags.source];
    return names.map((name) => sourceWork(pipeline, name));
  }
  const { layout, out } = flags;
  if (layout === undefined || out === undefined) {
    throw new ConfigError('neither a pipeline nor a layout', 'phantom', 'give --layout and --out');
  }
  return [
    {
      name: layout,
      source: layoutSource(layout, flags),
      phantom: phantomConfigOf(flags),
      out: resolve(context.cwd, out),
    },
  ];
}

function sourceWork(pipeline: NamedPipeline, name: string): Work {
  const source = sourceOf(pipeline, name);
  if (source.phantom === undefined) {
    throw new ConfigError('this source is not a phantom', name, 'its data already lie in its root');
  }
  if (source.root.startsWith('$')) {
    throw new ConfigError(
      'phantoms cannot be written below an environment variable',
      source.root,
      'give a root beside the pipeline',
    );
  }
  return { name, source, phantom: source.phantom, out: resolve(pipeline.folder, source.root) };
}
