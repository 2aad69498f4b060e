import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyWorkspace, ROOT } from './workspace-copy.mjs';

/** docs/how-to/add-an-adapter.md, followed in a copy of the workspace. */
const ADAPTER = 'packages/ingest/src/adapters/example-cxr.ts';
const NAMES = 'packages/contracts/src/config/layout-names.ts';
const LABELS = 'packages/contracts/src/study/layout-labels.ts';
const TABLE = 'data/example/films.csv';
const FILMS = ['00000013_000.png', '00000013_001.png', '00000053_000.png'];

/** @type {string} */
let folder;
/** @type {Map<string, string>} the blocks of the page, by the files that they name */
let blocks;
/** @type {string[]} */
let commands;

beforeAll(async () => {
  const page = await readFile(join(ROOT, 'docs/how-to/add-an-adapter.md'), 'utf8');
  const found = page.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms);
  blocks = new Map([...found].map(([, file = '', text = '']) => [file, text]));
  commands = [...page.replaceAll(/^```.*?^```$/gms, '').matchAll(/^ {4}(\S.*)$/gm)].map(
    ([, command = '']) => command,
  );
  folder = await mkdtemp(join(tmpdir(), 'viewgap-add-an-adapter-'));
  await copyWorkspace(folder);
  for (const file of [ADAPTER, TABLE]) await write(file, blocks.get(file) ?? '');
  await mkdir(join(folder, 'data/example/films'));
  for (const [i, film] of FILMS.entries()) {
    const from = join(ROOT, 'packages/ingest/fixtures/nih/images', film);
    await cp(from, join(folder, `data/example/films/${i + 1}.png`));
  }
  await insertBlock(NAMES, '] as const;');
  await insertBlock(LABELS, '} as const satisfies');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * @param {string} file
 * @param {string} text
 */
async function write(file, text) {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

/**
 * Writes what the page has for a file before the line that ends its list.
 * @param {string} file
 * @param {string} end
 */
async function insertBlock(file, end) {
  const text = await readFile(join(folder, file), 'utf8');
  await write(file, text.replace(`\n${end}`, `\n${blocks.get(file)}${end}`));
}

/**
 * Runs a line in the copy; its programs are linked there, and viewgap's own would be that of this workspace.
 * @param {string} line
 */
function run(line) {
  const command = line.replace(/^npx viewgap /, 'node packages/viewgap/bin/viewgap.mjs ');
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

test('the page has a file, its name and its labels, a table to try them with, and one command', () => {
  expect([...blocks.keys()]).toEqual([ADAPTER, NAMES, LABELS, TABLE]);
  expect(blocks.get(NAMES)?.split('\n').filter(Boolean)).toHaveLength(1);
  expect(commands).toHaveLength(1);
});

test('its code is what the workspace asks of all code: types, lint and format', async () => {
  for (const file of ['tsconfig.base.json', 'biome.json']) await cp(join(ROOT, file), join(folder, file));
  await write(
    'tsconfig.json',
    JSON.stringify({ extends: './tsconfig.base.json', include: [ADAPTER, dirname(NAMES), dirname(LABELS)] }),
  );
  expect(run('npx tsc')).toEqual({ status: 0, output: '' });
  expect(run(`npx biome ci --vcs-enabled=false ${ADAPTER} ${NAMES} ${LABELS}`)).toMatchObject({ status: 0 });
});

test('three films are read with it, each with its view, patient and labels', async () => {
  const { status, output } = run(/** @type {string} */ (commands[0]));
  expect(output).toContain('3 records, 0 quarantined');
  expect(output).toContain('every input is used');
  expect(status).toBe(0);
  const counts = JSON.parse(await readFile(join(folder, 'out/example/manifest.json'), 'utf8')).counts;
  expect(counts).toMatchObject({ images: 3, rows: 3, records: 3, 'view.AP': 2, 'view.PA': 1 });
});
