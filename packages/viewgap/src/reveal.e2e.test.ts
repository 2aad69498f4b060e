import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/viewgap.mjs', import.meta.url));
const ARGS = ['ingest', '--pipeline', '.', '--source', 'seoul', '--explain'];
/** An invented person. */
const SECRETS = ['HONG', '600203'];
let folder: string;

/** A hospital whose table has no header, and a person's name where the header should be. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'viewgap-reveal-'));
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data/HONG Gildong.dcm'), 'no film');
  writeFileSync(join(folder, 'data/labels.csv'), 'HONG Gildong,600203-1234567\n');
  const mapping = { image: 'uid' };
  const seoul = { adapter: 'dicom-folder', root: 'data', table: 'labels.csv', mapping };
  const config = { sources: { seoul }, train: { models: { model1: {}, model2: { decoder: {} } } } };
  writeFileSync(join(folder, 'pipeline.json'), JSON.stringify(config));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { NX_TASK_TARGET_PROJECT: _, ...rest } = process.env;
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...rest, VIEWGAP_KEYS: join(folder, 'keys'), ...env },
  });
  return { status, output: stdout + stderr };
}

/** Runs the command in a terminal of its own; what it prints there is the output. */
function onTerminal(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const line = [process.execPath, BIN, ...args].map((arg) => `'${arg}'`).join(' ');
  return run('script', ['-qec', line, '/dev/null'], env);
}

test.each([[[]], [['--debug']]])('a private table is not quoted, with %j neither', (more) => {
  const { status, output } = run(process.execPath, [BIN, ...ARGS, ...more]);
  expect(status).toBe(1);
  expect(output).toContain(
    'viewgap ingest: no column "uid": labels.csv (its first row must name the columns: it has 2; `viewgap ingest … --explain --reveal` shows them)\n',
  );
  for (const secret of SECRETS) expect(output).not.toContain(secret);
});

test('--reveal shows its owner what the message leaves out, on a terminal', () => {
  const { status, output } = onTerminal([...ARGS, '--reveal']);
  expect(status).toBe(1);
  expect(output).toContain('no column "uid": labels.csv (known: HONG Gildong, 600203-1234567)');
});

test.each([
  ['into a pipe', () => run(process.execPath, [BIN, ...ARGS, '--reveal'])],
  ['under Nx', () => onTerminal([...ARGS, '--reveal'], { NX_TASK_TARGET_PROJECT: 'study/ingest/seoul' })],
])('--reveal is refused %s, before anything is read', (_, reveal) => {
  const { status, output } = reveal();
  expect(status).toBe(2);
  expect(output).toMatch(
    /^viewgap ingest: what --reveal shows must not be stored: --reveal \(run the command on a/,
  );
  for (const secret of SECRETS) expect(output).not.toContain(secret);
});

test('nothing that was revealed is written', () => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.parentPath.endsWith('/data'),
  );
  expect(files.length).toBeGreaterThan(1);
  for (const { parentPath, name } of files) {
    const bytes = readFileSync(join(parentPath, name));
    for (const secret of SECRETS) expect(bytes.includes(secret), `${secret} in ${name}`).toBe(false);
  }
});
