import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HowTo, openReader, type Reader, readHowTo } from './how-to.ts';
import { ROOT } from './root.ts';

/** docs/how-to/read-a-table-as-it-is.md: its example is read, and each key is missed where it is left out. */
const TABLE = 'data/klinik/befunde.csv';
const PIPELINE = 'pipelines/klinik/pipeline.json';
const SAMPLE = join(ROOT, 'pipelines/nih-sample/images');

let page: HowTo;
let reader: Reader;
let explain: string;

beforeAll(async () => {
  page = await readHowTo('read-a-table-as-it-is');
  reader = await openReader();
  [explain = ''] = page.commands;
  mkdirSync(join(reader.folder, 'data/klinik/filme'), { recursive: true });
  writeFileSync(join(reader.folder, TABLE), Buffer.from(page.files.get(TABLE) ?? '', 'latin1'));
  for (const [i, name] of readdirSync(SAMPLE).sort().slice(0, 4).entries())
    copyFileSync(join(SAMPLE, name), join(reader.folder, `data/klinik/filme/000${i + 1}.png`));
});
afterAll(() => reader.close());

/** The page's command on the page's source, with other keys; undefined takes one away. */
async function read(changes: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const pipeline = JSON.parse(page.files.get(PIPELINE) ?? '');
  Object.assign(pipeline.sources.klinik, changes);
  await reader.write(PIPELINE, JSON.stringify(pipeline));
  return reader.run([explain]).output;
}

const READ = '2 records, 3 quarantined: 2 of 4 images, 1 of 4 rows';

test('the table is read as it is: two films, and a reason for all else', async () => {
  const output = await read();
  expect(output).toContain(READ);
  for (const reason of ['lateral: 1', 'no-image: 1', 'no-label-row: 1']) expect(output).toContain(reason);
  expect(output).toContain('befunde.csv:7');
});

test('the same as a sheet of a workbook', async () => {
  copyFileSync(
    join(ROOT, 'tools/docs/fixtures/befunde.xlsx'),
    join(reader.folder, 'data/klinik/befunde.xlsx'),
  );
  expect(await read({ table: 'befunde.xlsx', sheet: 'Befunde', encoding: undefined })).toContain(READ);
});

test.each([
  ['encoding', '"encoding":'],
  ['headerRow', 'its row 3 names the columns: add "headerRow": 3'],
  ['joinNormalise', 'would match without leading zeros: "joinNormalise": ["leadingZeros"]'],
])('without %s the error names it', async (key, cure) => {
  expect(await read({ [key]: undefined })).toContain(cure);
});

test('the names behind the pseudonyms are for a terminal alone', async () => {
  await read();
  const reveal = page.commands[1] ?? '';
  expect(reader.run([reveal], { terminal: true }).output).toContain('filme/0004.png');
  expect(reader.run([reveal]).status).toBe(2);
});
