import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { mendable, printable, printableLine, UserError } from '@viewgap/contracts/errors';
import { Command, CommanderError } from 'commander';
import type { Context } from './terminal/context.ts';
import { type TerminalProgress, terminalProgress } from './terminal/terminal-progress.ts';

/** A subcommand's file: loaded only when it is the one that runs. */
interface CommandFile {
  readonly command: (context: Context) => Command;
}

interface Listed {
  readonly summary: string;
  readonly load: () => Promise<CommandFile>;
}

/** What people use, in the order in which a study goes. */
const FOR_PEOPLE: Readonly<Record<string, Listed>> = {
  ingest: { summary: 'read a source into view-tagged shards', load: () => import('./commands/ingest.ts') },
  sheet: {
    summary: "write a contact sheet of a source's images",
    load: () => import('./commands/sheet.ts'),
  },
  catalog: { summary: 'join the sources, split by patient', load: () => import('./commands/catalog.ts') },
  train: { summary: 'train one model with one seed', load: () => import('./commands/train.ts') },
  predict: { summary: 'score every evaluation image', load: () => import('./commands/predict.ts') },
  export: {
    summary: 'write a trained model for TensorFlow or PyTorch',
    load: () => import('./commands/export.ts'),
  },
  evaluate: {
    summary: 'AUROC per view, gaps and their changes',
    load: () => import('./commands/evaluate.ts'),
  },
  report: { summary: 'write the page and the tables', load: () => import('./commands/report.ts') },
  phantom: {
    summary: 'write a synthetic data set in the layout of a real one',
    load: () => import('./commands/phantom.ts'),
  },
  doctor: { summary: 'say what this machine runs on, and why', load: () => import('./commands/doctor.ts') },
  bench: {
    summary: 'time training beside stock TensorFlow.js and PyTorch',
    load: () => import('./commands/bench.ts'),
  },
};

/** What the units of a pipeline call beside those. */
const FOR_PIPELINES: Readonly<Record<string, Listed>> = {
  scan: { summary: 'list the files of a source', load: () => import('./commands/scan.ts') },
  prepare: { summary: 'find or build the engine', load: () => import('./commands/prepare.ts') },
  trial: { summary: 'train one tuning trial', load: () => import('./commands/trial.ts') },
  tune: { summary: 'choose among trials by validation', load: () => import('./commands/tune.ts') },
  tally: {
    summary: 'count the configurations that ever scored an external set',
    load: () => import('./commands/tally.ts'),
  },
  pipeline: {
    summary: 'print the comparison of a finished pipeline',
    load: () => import('./commands/pipeline.ts'),
  },
};

const DEBUG = 'print the stack of an error, too';
const COMMANDS = { ...FOR_PEOPLE, ...FOR_PIPELINES };

async function programFor(verb: string | undefined, context: Context): Promise<Command> {
  const program = new Command('viewgap')
    .description('Does a chest X-ray classifier read AP films as well as PA films?')
    .version(version())
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .option('--debug', DEBUG)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${callError(text, verb)}\n`) });
  for (const [heading, commands] of [
    ['Commands:', FOR_PEOPLE],
    ['Called by pipelines:', FOR_PIPELINES],
  ] as const) {
    for (const [name, { summary, load }] of Object.entries(commands)) {
      const command = name === verb ? (await load()).command(context) : new Command();
      addTo(program, command.name(name).description(summary).helpGroup(heading));
    }
  }
  return program;
}

/** Adds a command with its own subcommands: all end, complain and debug alike. */
function addTo(parent: Command, command: Command): void {
  command.copyInheritedSettings(parent).option('--debug', DEBUG);
  for (const own of command.commands) addTo(command, own);
  if (!parent.commands.includes(command)) parent.addCommand(command);
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return String(manifest.version);
}

/** commander's `error: unknown option '--x'` in the form of all our errors. */
function callError(text: string, verb: string | undefined): string {
  const command = verb !== undefined && Object.hasOwn(COMMANDS, verb) ? `viewgap ${verb}` : 'viewgap';
  const [first = '', ...suggestion] = text
    .trim()
    .replace(/^error: /, '')
    .split('\n');
  // `… is invalid. Allowed choices are a, b.`
  const [, what = first, cure = ''] = /^(.* is invalid)\. (.*?)\.?$/.exec(first) ?? [];
  const hint = suggestion.join(' ').replace(/^\((.*)\)$/, '$1') || lowerFirst(cure);
  return `${command}: ${what} (${hint || `see ${command} --help`})`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Exit status: 0 done, 1 it failed, 2 the call or the configuration is wrong. */
async function main(
  argv: readonly string[],
  context: Context & { readonly progress: TerminalProgress },
): Promise<number> {
  const debug = argv.includes('--debug');
  const words = argv.filter((arg) => !arg.startsWith('-'));
  // `viewgap help train` shows train's options.
  const verb = words[0] === 'help' ? words[1] : words[0];
  try {
    const program = await programFor(verb, context);
    if (argv.length === 0) program.outputHelp();
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (raw) {
    context.progress.close();
    if (raw instanceof CommanderError) return raw.exitCode === 0 ? 0 : 2;
    const error = mendable(raw);
    if (!isForUser(error)) throw error;
    process.stderr.write(`viewgap ${verb}: ${printableLine(error.message)}\n`);
    if (debug) process.stderr.write(`${inspect(error)}\n`);
    return error instanceof UserError ? error.exitCode : 1;
  }
}

/** The engine package stands alone and has an error class of its own; loading it here would load TensorFlow. */
function isForUser(error: unknown): error is Error {
  return error instanceof UserError || (error instanceof Error && error.name === 'EngineError');
}

const isNxTask = process.env.NX_TASK_TARGET_PROJECT !== undefined;

process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  progress: terminalProgress(process.stderr, {
    // Nx prints what a task wrote once more, on whatever there is then.
    isTerminal: process.stderr.isTTY === true && process.env.TERM !== 'dumb' && !isNxTask,
    clock: () => performance.now(),
  }),
  clock: () => new Date(),
  print: (text) => process.stdout.write(`${printable(text)}\n`),
  // Nx may give a task a terminal of its own, and stores what it prints.
  isSeenAlone: process.stdout.isTTY === true && !isNxTask,
});
