import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './root.ts';

/** What a reader of a how-to page types and writes. */
export interface HowTo {
  /** by name: the fenced blocks that name a file */
  readonly files: ReadonlyMap<string, string>;
  /** the indented lines, in their order; a line that ends with a backslash goes on in the next one */
  readonly commands: readonly string[];
}

export async function readHowTo(name: string): Promise<HowTo> {
  const text = await readFile(join(ROOT, 'docs/how-to', `${name}.md`), 'utf8');
  const files = [...text.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)].map(
    ([, file = '', content = '']) => [file, content] as const,
  );
  const prose = text.replaceAll(/^```.*?^```$/gms, '');
  const commands = [...prose.matchAll(/^ {4}(\S(?:.*\\\n)*.*)$/gm)].map(([, command = '']) => command);
  return { files: new Map(files), commands };
}

export interface Reader {
  readonly folder: string;
  /** writes a file as a page has it */
  write(file: string, content: string): Promise<void>;
  /** runs lines in one shell, which stops at the first that fails; `terminal`: in a terminal of its own */
  run(
    commands: readonly string[],
    options?: { readonly env?: Readonly<Record<string, string>>; readonly terminal?: boolean },
  ): { readonly status: number | null; readonly output: string };
  close(): Promise<void>;
}

/** Someone who follows a page in an empty workspace, with this repository's packages installed. */
export async function openReader(): Promise<Reader> {
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-how-to-'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'nx.json'), '{}');
  return {
    folder,
    write: async (file, content) => {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), content);
    },
    run: (commands, { env = {}, terminal = false } = {}) => {
      const script = ['set -e', ...commands].join('\n');
      const call = terminal
        ? (['script', ['-qec', script, '/dev/null']] as const)
        : (['bash', ['-c', script]] as const);
      // Nx gives its tasks a terminal, which is not the reader's.
      const { NX_TASK_TARGET_PROJECT: _, ...rest } = process.env;
      const { status, stdout, stderr } = spawnSync(call[0], call[1], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...rest, VIEWGAP_KEYS: join(folder, 'keys'), ...env },
      });
      return { status, output: stdout + stderr };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
