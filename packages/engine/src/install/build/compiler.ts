import { EngineError } from '../../system/engine-error.ts';
import { findProgram, run } from '../../system/shell.ts';

const NAMES = ['g++', 'c++', 'clang++'] as const;

/**
 * The C++ compiler as a command line: CXX (which may hold arguments, as for make), else the first that is installed.
 * @throws EngineError when there is none.
 */
export function findCompiler(env: NodeJS.ProcessEnv): string[] {
  const [name, ...args] = (env.CXX ?? '').split(/\s+/).filter(Boolean);
  if (name !== undefined) {
    const path = findProgram(name, env);
    if (path === null) throw new EngineError('no such C++ compiler', name, 'set CXX to one, or unset it');
    return [path, ...args];
  }
  for (const candidate of NAMES) {
    const path = findProgram(candidate, env);
    if (path !== null) return [path];
  }
  throw new EngineError('no C++ compiler found', NAMES.join(', '), 'install one, or set CXX');
}

export interface Compilation {
  readonly compiler: readonly string[];
  readonly flags: readonly string[];
  readonly includes: readonly string[];
  readonly sources: readonly string[];
  /** What to link with, as arguments: they follow the sources. */
  readonly link: readonly string[];
  readonly output: string;
}

/** Compiles and links one shared object. @throws EngineError with the compiler's first error. */
export async function compile(job: Compilation, env: NodeJS.ProcessEnv): Promise<void> {
  const { exitCode, stderr } = await run(
    [
      ...job.compiler,
      ...job.flags,
      ...job.includes.map((folder) => `-I${folder}`),
      ...job.sources,
      '-o',
      job.output,
      ...job.link,
    ],
    env,
  );
  if (exitCode === 0) return;
  const reason = stderr.split('\n').find((line) => /error|No space left/i.test(line)) ?? stderr.trim();
  throw new EngineError('the addon does not compile', reason.slice(0, 300), 'try another compiler with CXX');
}
