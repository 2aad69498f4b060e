import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@viewgap/contracts';
import fc from 'fast-check';
import { expect } from 'vitest';
import { adapterOf } from '../src/adapters/layouts.ts';
import type { ParsedTable } from '../src/tables/rows/adapter.ts';
import { tableFile } from '../src/tables/source-table.ts';
import { SAMPLES, type SampleTables } from './sample-tables.ts';
import { temporaryFolder } from './testing.ts';

const SLOWEST_MS = 10_000;
const MEMORY = 2 ** 30;
export const LONGEST_LINE = 4000;

type Spoil = (text: string, at: number) => string | Uint8Array;
export const inserted =
  (what: string): Spoil =>
  (text, at) =>
    text.slice(0, at) + what + text.slice(at);

/** What befalls tables on their way, by hand, by spreadsheet and by malice. */
export const SPOILS: Readonly<Record<string, Spoil>> = {
  'a quote': inserted('"'),
  'a quoted line break': inserted('"\n"'),
  'a NUL': inserted('\0'),
  'a byte order mark inside': inserted('\uFEFF'),
  'a terminal`s escape': inserted('\u001b[2J\u0007'),
  'a Hangul letter and an emoji': inserted('유🫁'),
  'half of a surrogate': inserted('\ud83e'),
  'a path upwards': inserted('../../'),
  'a Windows path': inserted('C:\\'),
  'a number that is none': inserted('NaN1e999'),
  'a name that every object has': inserted('__proto__'),
  'an empty line': inserted('\n\n'),
  'a comma': inserted(','),
  'CR LF': (text) => text.replaceAll('\n', '\r\n'),
  'CR alone': (text) => text.replaceAll('\n', '\r'),
  'a byte order mark': (text) => `\uFEFF${text}`,
  'UTF-16': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  'Latin-1': (text, at) => Buffer.from(`${text.slice(0, at)}é${text.slice(at)}`, 'latin1'),
  'an end in the middle': (text, at) => text.slice(0, at),
  'a hole': (text, at) => text.slice(0, at) + text.slice(at + 9),
  'its header again': (text) => text + text,
  'noise instead of it': (text, at) =>
    Uint8Array.from({ length: text.length }, (_, i) => ((i + at) * 2_654_435_761) >>> 24),
};

/** What is large. All csv, tsv and JSON tables have one reader each, so that a few layouts are enough. */
const LARGE: Readonly<Record<string, Spoil>> = {
  'a quote that is never closed': (text, at) =>
    `${text.slice(0, at)}"${text.slice(at)}${'x'.repeat(2 ** 21)}`,
  'a field of 3 MB': inserted('x'.repeat(3 * 2 ** 20)),
  'a million columns': inserted(',x'.repeat(1_000_000)),
  'a million empty columns': inserted(','.repeat(1_000_000)),
  'a million columns in the header': (text) => `${',x'.repeat(1_000_000)}${text}`,
  'two hundred thousand brackets': inserted('['.repeat(200_000)),
  'its last row 20,000 times': (text) => text + `${text.trim().split('\n').at(-1)}\n`.repeat(20_000),
};
export const LAYOUTS_OF_LARGE = ['nih', 'chestx-det', 'folder of images, tsv', 'folder of images, json'];

interface Spoilt {
  readonly name: string;
  readonly sample: SampleTables;
  readonly path: string;
  readonly bytes: string | Uint8Array;
}

/** Every table of every sample, spoilt in every way, most of them at several places. */
function* spoiltTables(places: number, largeLayouts: readonly string[]): Iterable<Spoilt> {
  for (const [layout, sample] of Object.entries(SAMPLES)) {
    const large = largeLayouts.includes(layout) ? Object.entries(LARGE) : [];
    for (const [path, text] of Object.entries(sample.tables)) {
      const spoils = [...Object.entries(SPOILS), ...large];
      for (const [i, [what, spoil]] of spoils.entries()) {
        const isEverywhere = spoil.length === 1 || Object.hasOwn(LARGE, what);
        for (const at of fc.sample(fc.nat(text.length), { numRuns: isEverywhere ? 1 : places, seed: i })) {
          yield { name: `${layout}, ${path}: ${what} at ${at}`, sample, path, bytes: spoil(text, at) };
        }
      }
    }
  }
}

/** A parsed table, or the user's error. @throws whatever else is thrown */
export async function parsed(
  root: string,
  { sample, path, bytes }: Spoilt,
): Promise<ParsedTable | UserError> {
  const tables = { ...sample.tables, [path]: bytes };
  for (const [name, content] of Object.entries(tables)) await writeFile(join(root, name), content);
  try {
    const adapter = await adapterOf(sample.config);
    return await adapter.parse(Object.keys(tables).map((name) => tableFile(root, name)));
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

export const INSIDE = /^(?!\/|\.\.?(\/|$))(?!.*\/\.\.?(\/|$))[^\p{Cc}\\:]+$/u;

/**
 * Every spoilt table is read, row by row, or refused in one line, soon and in bounded memory.
 * @param places at which each table is spoilt in each way
 * @param largeLayouts whose tables are made large as well
 */
export async function expectReadOrRefused(places: number, largeLayouts: readonly string[]): Promise<void> {
  const root = await temporaryFolder();
  const before = process.memoryUsage.rss();
  let [cases, refused, bad] = [0, 0, 0];
  for (const spoilt of spoiltTables(places, largeLayouts)) {
    const started = process.cpuUsage();
    const result = await parsed(root, spoilt).catch((cause: unknown) => {
      throw new Error(`${spoilt.name} is a bug`, { cause });
    });
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000, spoilt.name).toBeLessThan(SLOWEST_MS);
    cases++;
    if (result instanceof UserError) {
      refused++;
      expect(result.message.length, spoilt.name).toBeLessThan(LONGEST_LINE);
      continue;
    }
    bad += result.bad.length;
    for (const { ref, detail } of result.bad) {
      expect(`${ref} ${detail}`.length, spoilt.name).toBeLessThan(LONGEST_LINE);
    }
    for (const { imageId } of result.rows) expect(imageId, spoilt.name).toMatch(INSIDE);
  }
  expect(cases).toBeGreaterThan(250 * places);
  // Both ends are met: the test reads what it says.
  expect(refused).toBeGreaterThan(25 * places);
  expect(bad).toBeGreaterThan(25 * places);
  expect(process.memoryUsage.rss() - before).toBeLessThan(MEMORY);
}
