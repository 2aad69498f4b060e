import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';

// JavaScript, so that what a command needs no code of ours for (help, version, a wrong name) starts without a compiler.

/** What people use, in the order in which a study goes. */
const FOR_PEOPLE = {
  ingest: 'read a source into view-tagged shards',
  sheet: "write a contact sheet of a source's images",
  catalog: 'join the sources, split by patient',
  train: 'train one model with one seed',
  predict: 'score every evaluation image',
  export: 'write a trained model for TensorFlow or PyTorch',
  evaluate: 'AUROC per view, gaps and their changes',
  report: 'write the page and the tables',
  phantom: 'write a synthetic data set in the layout of a real one',
  doctor: 'say what this machine runs on, and why',
  bench: 'compare training speed with stock TensorFlow.js and PyTorch',
};

/** What the units of a pipeline call besides those. */
const FOR_PIPELINES = {
  scan: 'list the files of a source',
  prepare: 'find or build the engine',
  trial: 'train one tuning trial',
  tune: 'choose among trials by validation',
  tally: 'count the configurations that ever scored an external set',
  pipeline: 'print the comparison of a finished pipeline',
};

const DEBUG = 'print the stack of an error, too';

/**
 * Runs the command line.
 * @param {readonly string[]} argv
 * @returns exit status: 0 done, 1 it failed, 2 the call or the configuration is wrong
 */
export async function main(argv) {
  // `viewgap train --help | head`: head closes the pipe early, which is no error.
  process.stdout.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  const words = argv.filter((arg) => !arg.startsWith('-'));
  // `viewgap help train` shows train's options.
  const verb = words[0] === 'help' ? words[1] : words[0];
  const opened = isVerb(verb) ? await openCommand(verb) : null;
  try {
    const program = programFor(verb, opened?.command);
    if (argv.length === 0) program.outputHelp();
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (opened === null) throw error;
    return opened.failed(error, argv.includes('--debug'));
  }
}

/**
 * @param {string | undefined} verb
 * @returns {verb is keyof typeof FOR_PEOPLE | keyof typeof FOR_PIPELINES}
 */
function isVerb(verb) {
  return verb !== undefined && (Object.hasOwn(FOR_PEOPLE, verb) || Object.hasOwn(FOR_PIPELINES, verb));
}

/**
 * Packages run as TypeScript, there is no build: tsx compiles what is imported from here on.
 * @param {string} verb
 */
async function openCommand(verb) {
  const { register } = await import('tsx/esm/api');
  register();
  const { openCommand } = await import('./main.ts');
  return openCommand(verb);
}

/**
 * @param {string | undefined} verb the command of the call, right or wrong
 * @param {Command | undefined} opened the same with its options
 */
function programFor(verb, opened) {
  const program = new Command('viewgap')
    .description('Does a chest X-ray classifier read AP films as well as PA films?')
    .version(version())
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .option('--debug', DEBUG)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${callError(text, verb)}\n`) });
  for (const [heading, commands] of Object.entries({
    'Commands:': FOR_PEOPLE,
    'Called by pipelines:': FOR_PIPELINES,
  })) {
    for (const [name, summary] of Object.entries(commands)) {
      const command = name === verb && opened ? opened : new Command();
      addTo(program, command.name(name).description(summary).helpGroup(heading));
    }
  }
  return program;
}

/**
 * Adds a command with its own subcommands: all end, complain and debug alike.
 * @param {Command} parent
 * @param {Command} command
 */
function addTo(parent, command) {
  command.copyInheritedSettings(parent).option('--debug', DEBUG);
  for (const own of command.commands) addTo(command, own);
  if (!parent.commands.includes(command)) parent.addCommand(command);
}

function version() {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return String(manifest.version);
}

/**
 * commander's `error: unknown option '--x'` in the form of all our errors.
 * @param {string} text
 * @param {string | undefined} verb
 */
function callError(text, verb) {
  const command = isVerb(verb) ? `viewgap ${verb}` : 'viewgap';
  const [first = '', ...suggestion] = text
    .trim()
    .replace(/^error: /, '')
    .split('\n');
  // `… is invalid. Allowed choices are a, b.`
  const [, what = first, cure = ''] = /^(.* is invalid)\. (.*?)\.?$/.exec(first) ?? [];
  const hint = suggestion.join(' ').replace(/^\((.*)\)$/, '$1') || lowerFirst(cure);
  return `${command}: ${what} (${hint || `see ${command} --help`})`;
}

/** @param {string} text */
function lowerFirst(text) {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
