import { $, which } from 'zx';

/** What a finished program left behind. */
export interface Finished {
  /** null: it was killed by a signal. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, showing nothing; a failure is returned, not thrown. */
export async function run(command: readonly string[], env: NodeJS.ProcessEnv): Promise<Finished> {
  // detached: false keeps the program in our process group, so that Ctrl-C ends it too.
  const shell = $({ env, quiet: true, nothrow: true, detached: false, stdio: ['ignore', 'pipe', 'pipe'] });
  // exec: the shell gives way to the program, so that a signal that ended it is seen as it was.
  const { exitCode, signal, stdout, stderr } = await shell`exec ${command}`;
  return { exitCode, signal, stdout, stderr };
}

/** The absolute path of a program on env's PATH; null when there is none. */
export function findProgram(name: string, env: NodeJS.ProcessEnv): string | null {
  return which.sync(name, { nothrow: true, path: env.PATH ?? '' });
}
