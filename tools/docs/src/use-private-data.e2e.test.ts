import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HowTo, openReader, type Reader, readHowTo } from './how-to.ts';

/** docs/how-to/use-private-data.md, followed from the first line to the sheet; Nx's part is every pipeline's. */
let page: HowTo;
let reader: Reader;
let draw: string;
let root: string;
let explain: string;
let reveal: string;
let sheet: string;

beforeAll(async () => {
  page = await readHowTo('use-private-data');
  [draw = '', root = '', explain = '', reveal = '', sheet = ''] = page.commands;
  reader = await openReader();
  for (const [file, content] of page.files) await reader.write(file, content);
});
afterAll(() => reader.close());

test('the page has a pipeline.json and six commands', () => {
  expect([...page.files.keys()]).toEqual(['pipelines/seoul/pipeline.json']);
  expect(page.commands).toHaveLength(6);
  expect(page.commands[5]).toBe('npx nx run seoul:pipeline');
});

test('the drawn export is read, and what is left out is explained without a name', () => {
  const { status, output } = reader.run([draw, root, explain]);
  expect(output).toContain('no-label-row: 1');
  expect(output).toContain('40 records');
  expect(output).not.toMatch(/[AP]\d{10}/);
  expect(status).toBe(0);
});

test('the key is readable by its owner alone', () => {
  const key = statSync(join(reader.folder, 'keys/seoul.key'));
  expect(key.mode & 0o777).toBe(0o600);
});

test('--reveal shows its owner the files, on a terminal and not in a pipe', () => {
  expect(reader.run([root, reveal], { terminal: true }).output).toMatch(
    /no-label-row: 1[^\n]*\n {2}20\d\d\//,
  );
  const piped = reader.run([root, reveal]);
  expect(piped.status).toBe(2);
  expect(piped.output).toContain('must not be stored');
});

test('the sheet is drawn, and no file of the run holds an id of the export', () => {
  expect(reader.run([root, sheet])).toMatchObject({ status: 0 });
  const table = readFileSync(join(reader.folder, 'data/seoul/labels.csv'), 'utf8');
  const ids = table.match(/\b[AP]\d{8,}\b/g) ?? [];
  expect(ids.length).toBeGreaterThan(40);
  const written = ['runs', '.viewgap', 'out'].flatMap((folder) =>
    readdirSync(join(reader.folder, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  expect(written.length).toBeGreaterThan(5);
  for (const file of written) {
    const bytes = readFileSync(file);
    for (const id of ids) expect(bytes.includes(id), `${id} in ${file}`).toBe(false);
  }
});
