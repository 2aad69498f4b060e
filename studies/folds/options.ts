import { parseArgs } from 'node:util';
import { ConfigError, nearestName } from '@viewgap/contracts';
import type { EnginePreference } from '@viewgap/engine';

const ENGINES: readonly EnginePreference[] = ['native', 'wasm'];

export interface Options {
  /** folder of pipeline.json */
  readonly pipeline: string;
  /** files with a section `train` of their own: further models on the same folds */
  readonly against: readonly string[];
  readonly folds: number;
  readonly seed: number;
  readonly permute: boolean;
  /** the engine that VIEWGAP_ENGINE asks for */
  readonly prefer: EnginePreference | undefined;
}

/** @throws ConfigError where a flag or VIEWGAP_ENGINE has no such value */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  const { pipeline, against, folds, seed, permute } = readFlags(args);
  return {
    pipeline,
    against,
    folds: integer('--folds', folds, 2),
    seed: integer('--seed', seed, 0),
    permute,
    prefer: askedEngine(env.VIEWGAP_ENGINE),
  };
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        pipeline: { type: 'string', default: 'pipelines/nih-sample' },
        against: { type: 'string', multiple: true, default: [] },
        folds: { type: 'string', default: '5' },
        seed: { type: 'string', default: '0' },
        permute: { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const flags = '--pipeline, --against, --folds, --seed, --permute';
    throw new ConfigError('a wrong call', cause.message.split('\n')[0] ?? '', `flags: ${flags}`, { cause });
  }
}

function integer(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value < 2 ** 31) return value;
  throw new ConfigError(`${flag} is not an integer from ${least}`, text, `give one, e.g. ${flag} ${least}`);
}

function askedEngine(name = ''): EnginePreference | undefined {
  const known = ENGINES.find((engine) => engine === name);
  if (known || name === '') return known;
  throw new ConfigError('no such engine in VIEWGAP_ENGINE', name, nearestName(name, ENGINES));
}
