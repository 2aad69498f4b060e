import { EngineError } from '../../system/engine-error.ts';
import { findProgram, run } from '../../system/shell.ts';

const NAMES = ['python3', 'python'] as const;

/**
 * The first Python that has pip, as an absolute path.
 * @throws EngineError when there is none.
 */
export async function findPython(env: NodeJS.ProcessEnv): Promise<string> {
  const found = NAMES.map((name) => findProgram(name, env)).filter((path) => path !== null);
  for (const path of found) {
    if ((await run([path, '-m', 'pip', '--version'], env)).exitCode === 0) return path;
  }
  if (found.length > 0) throw new EngineError('Python has no pip', found.join(', '), 'install pip for it');
  throw new EngineError('no Python found', NAMES.join(', '), 'install Python 3 with pip');
}
