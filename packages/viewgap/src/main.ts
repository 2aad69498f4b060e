import { inspect } from 'node:util';
import { mendable, printable, printableLine, UserError } from '@viewgap/contracts/errors';
import type { Command } from 'commander';
import type { Context } from './terminal/context.ts';
import { terminalProgress } from './terminal/terminal-progress.ts';

/** A command that can run. */
export interface OpenedCommand {
  readonly command: Command;
  /** Says why it failed. @returns exit status @throws what no user can mend */
  failed(error: unknown, debug: boolean): number;
}

/** A command's file: loaded only when it is the one that runs. */
interface CommandFile {
  readonly command: (context: Context) => Command;
}

/** Loads a command with the context of this process. */
export async function openCommand(verb: string): Promise<OpenedCommand> {
  const isNxTask = process.env.NX_TASK_TARGET_PROJECT !== undefined;
  const progress = terminalProgress(process.stderr, {
    // Nx prints what a task wrote once more, on whatever there is then.
    isTerminal: process.stderr.isTTY === true && process.env.TERM !== 'dumb' && !isNxTask,
    clock: () => performance.now(),
  });
  const { command }: CommandFile = await import(`./commands/${verb}.ts`);
  return {
    command: command({
      env: process.env,
      cwd: process.cwd(),
      progress,
      clock: () => new Date(),
      print: (text) => process.stdout.write(`${printable(text)}\n`),
      // Nx may give a task a terminal of its own, and stores what it prints.
      isSeenAlone: process.stdout.isTTY === true && !isNxTask,
    }),
    failed(raw, debug) {
      progress.close();
      const error = mendable(raw);
      if (!isForUser(error)) throw error;
      process.stderr.write(`viewgap ${verb}: ${printableLine(error.message)}\n`);
      if (debug) process.stderr.write(`${inspect(error)}\n`);
      return error instanceof UserError ? error.exitCode : 1;
    },
  };
}

/** The engine package stands alone and has an error class of its own; loading it here would load TensorFlow. */
function isForUser(error: unknown): error is Error {
  return error instanceof UserError || (error instanceof Error && error.name === 'EngineError');
}
