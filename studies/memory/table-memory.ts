#!/usr/bin/env tsx
// Time and peak memory of reading a workbook or a csv, at several sizes, each in a process of its own: 20 columns, of
// which four are asked for; one in four of the others has texts that no other cell has.
//
//     npx tsx studies/memory/table-memory.ts xlsx [ROWS...]     28,000, 250,000 and 1,000,000 by default
//     npx tsx studies/memory/table-memory.ts csv [ROWS...]      1,600,000 by default
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileBytes, tableRows } from '@viewgap/tables';
import { Zip, ZipDeflate } from 'fflate';

const SIZES: Readonly<Record<string, readonly number[]>> = {
  xlsx: [28_000, 250_000, 1_000_000],
  csv: [1_600_000],
};
const COLUMNS = 20;
const WANTED = ['image', 'pid', 'view', 'ptx'];

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';
const BOOK: Readonly<Record<string, string>> = {
  '_rels/.rels': `<Relationships xmlns="${PACKAGE}"><Relationship Id="b" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="s" sheetId="1" r:id="s"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}"><Relationship Id="s" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="t" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
};

function* textOf(rows: number): Generator<string> {
  for (const name of [
    'image',
    'pid',
    'view',
    'ptx',
    ...Array.from({ length: COLUMNS - 4 }, (_, c) => `c${c}`),
    'PA',
  ])
    yield name;
  for (let i = 0; i < rows; i++) {
    yield `i${i}.png`;
    yield `p${i}`;
    for (let c = 0; c < (COLUMNS - 4) / 4; c++) yield `text ${i} ${c}`;
  }
}

/** As Excel writes it: texts in a table of their own, numbers in their cells. */
function sheetRow(i: number): string {
  const letter = (column: number) => String.fromCharCode(65 + column);
  const shared = (column: number, text: number) =>
    `<c r="${letter(column)}${i + 1}" t="s"><v>${text}</v></c>`;
  const cells = Array.from({ length: COLUMNS }, (_, column) => {
    if (i === 0) return shared(column, column);
    const first = COLUMNS + 1 + (i - 1) * 6;
    if (column < 2) return shared(column, first + column);
    if (column === 2) return shared(column, COLUMNS);
    if (column % 4 === 0) return shared(column, first + 1 + column / 4);
    return `<c r="${letter(column)}${i + 1}"><v>${column === 3 ? i % 2 : i * column}</v></c>`;
  });
  return `<row r="${i + 1}">${cells.join('')}</row>`;
}

function* sheet(rows: number): Generator<string> {
  yield `<worksheet xmlns="${MAIN}"><sheetData>`;
  for (let i = 0; i <= rows; i++) yield sheetRow(i);
  yield '</sheetData></worksheet>';
}

function* texts(rows: number): Generator<string> {
  yield `<sst xmlns="${MAIN}">`;
  for (const text of textOf(rows)) yield `<si><t>${text}</t></si>`;
  yield '</sst>';
}

function* csvLines(rows: number): Generator<string> {
  const names = ['image', 'pid', 'view', 'ptx', ...Array.from({ length: COLUMNS - 4 }, (_, c) => `c${c}`)];
  yield `${names.join(',')}\n`;
  for (let i = 0; i < rows; i++) {
    const others = names.slice(4).map((_, c) => (c % 4 === 0 ? `text ${i} ${c}` : (i + 1) * c));
    yield `i${i}.png,p${i},PA,${(i + 1) % 2},${others.join(',')}\n`;
  }
}

async function write(path: string, rows: number): Promise<void> {
  const out = createWriteStream(path);
  const zip = new Zip((error, chunk, isLast) => {
    if (error) throw error;
    out.write(chunk);
    if (isLast) out.end();
  });
  const parts: [string, Iterable<string>][] = [
    ...Object.entries(BOOK).map(([name, text]): [string, string[]] => [name, [text]]),
    ['xl/worksheets/sheet1.xml', sheet(rows)],
    ['xl/sharedStrings.xml', texts(rows)],
  ];
  for (const [name, pieces] of parts) {
    const file = new ZipDeflate(name, { level: 1 });
    zip.add(file);
    let piece = '';
    for (const text of pieces) {
      piece += text;
      if (piece.length < 2 ** 20) continue;
      file.push(Buffer.from(piece), false);
      piece = '';
      if (out.writableNeedDrain) await once(out, 'drain');
    }
    file.push(Buffer.from(piece), true);
  }
  const closed = once(out, 'close');
  zip.end();
  await closed;
}

async function readOne(path: string): Promise<void> {
  const start = performance.now();
  let rows = 0;
  const choose = (header: readonly string[]) => WANTED.map((name) => header.indexOf(name));
  const use = { isHeader: (header: readonly string[]) => header.includes('image'), choose };
  for await (const batch of tableRows({ path, file: path, bytes: fileBytes(path) }, {}, use)) {
    for (const { cells, fault } of batch) {
      const expected = [`i${rows}.png`, `p${rows}`, 'PA', `${(rows + 1) % 2}`];
      if (fault !== null || cells.some((cell, i) => cell !== expected[i])) {
        throw new Error(`row ${rows} is ${cells.join(', ')}`);
      }
      rows++;
    }
  }
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ rows, seconds, peak: process.resourceUsage().maxRSS / 1024 }));
}

async function readAll(kind: string, sizes: readonly number[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-tables-'));
  try {
    console.log('| rows | MB | seconds | peak, MiB |\n| --- | --- | --- | --- |');
    for (const size of sizes) {
      const path = join(folder, `table.${kind}`);
      if (kind === 'csv') await pipeline(Readable.from(csvLines(size)), createWriteStream(path));
      else await write(path, size);
      const args = ['--import', 'tsx', import.meta.filename, '--one', path];
      const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      const { rows, seconds, peak } = JSON.parse(stdout) as { rows: number; seconds: number; peak: number };
      if (rows !== size) throw new Error(`${rows} rows of ${size}`);
      const megabytes = (await stat(path)).size / 1e6;
      console.log(
        `| ${rows.toLocaleString('en')} | ${megabytes.toFixed(1)} | ${seconds.toFixed(1)} | ${peak.toFixed(0)} |`,
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const [first = 'xlsx', ...rest] = process.argv.slice(2);
if (first === '--one') await readOne(rest[0] as string);
else await readAll(first, rest.length === 0 ? (SIZES[first] ?? []) : rest.map(Number));
