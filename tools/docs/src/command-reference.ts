import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './root.ts';

const HEAD = `# The command line

<!-- Written by \`npm run docs\` from the help of the command. -->

\`npx viewgap\` in the repository. Exit status 0: done; 1: it failed; 2: the call or the configuration is wrong.`;

const BIN = join(ROOT, 'packages/viewgap/bin/viewgap.mjs');

/** docs/reference/command-line.md */
export async function commandReference(): Promise<string> {
  const help = await helpOf();
  const commands = commandsIn(help);
  const texts = await inPairs(commands, (command) => partsOf(command));
  return `${[HEAD, block(help), ...texts.flat()].join('\n\n')}\n`;
}

/** The help of a command, and of those below it: `bench` has `bench train`. */
async function partsOf(command: string): Promise<string[]> {
  const text = await helpOf(command);
  const below = text.split(/^Commands:$/m)[1];
  const names = below === undefined ? [] : namesIn(below);
  const rest = await inPairs(names, (name) => partsOf(`${command} ${name}`));
  return [`## viewgap ${command}\n\n${block(text)}`, ...rest.flat()];
}

/** Names of the subcommands in the help of the whole. */
export function commandsIn(help: string): string[] {
  const lists = help.split(/^.*:$/m).slice(2);
  return lists.flatMap(namesIn);
}

function namesIn(list: string): string[] {
  const names = [...list.matchAll(/^ {2}([a-z]+) (?:\[options\])? */gm)].map(([, name = '']) => name);
  return names.filter((name) => name !== 'help');
}

async function helpOf(command?: string): Promise<string> {
  const args = [BIN, ...(command?.split(' ') ?? []), '--help'];
  // commander wraps at 80 columns where there is no terminal.
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return stdout.trimEnd();
}

function block(text: string): string {
  return `\`\`\`\n${text}\n\`\`\``;
}

/** Two processes at once: each loads its stage's settings. */
async function inPairs<T>(items: readonly string[], work: (item: string) => Promise<T>): Promise<T[]> {
  const pairs: T[][] = [];
  for (let i = 0; i < items.length; i += 2) pairs.push(await Promise.all(items.slice(i, i + 2).map(work)));
  return pairs.flat();
}
