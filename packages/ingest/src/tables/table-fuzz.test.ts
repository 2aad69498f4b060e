import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openArtifact } from '@viewgap/artifacts';
import { UserError } from '@viewgap/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SAMPLES, type SampleTables } from '../../test/sample-tables.ts';
import { FIXTURE, ingest, temporaryFolder } from '../../test/testing.ts';
import { adapterOf } from '../adapters/layouts.ts';
import type { ParsedTable } from './adapter.ts';
import { tableFile } from './source-table.ts';

const SLOWEST_MS = 10_000;
const MEMORY = 2 ** 30;
const LONGEST_LINE = 4000;

type Spoil = (text: string, at: number) => string | Uint8Array;
const inserted =
  (what: string): Spoil =>
  (text, at) =>
    text.slice(0, at) + what + text.slice(at);

/** What befalls tables on their way, by hand, by spreadsheet and by malice. */
const SPOILS: Readonly<Record<string, Spoil>> = {
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
const LAYOUTS_OF_LARGE = ['nih', 'chestx-det', 'folder of images, tsv', 'folder of images, json'];

interface Spoilt {
  readonly name: string;
  readonly sample: SampleTables;
  readonly path: string;
  readonly bytes: string | Uint8Array;
}

/** Every table of every sample, spoilt in every way, most of them at four places. */
function* spoiltTables(): Iterable<Spoilt> {
  for (const [layout, sample] of Object.entries(SAMPLES)) {
    const large = LAYOUTS_OF_LARGE.includes(layout) ? Object.entries(LARGE) : [];
    for (const [path, text] of Object.entries(sample.tables)) {
      const spoils = [...Object.entries(SPOILS), ...large];
      for (const [i, [what, spoil]] of spoils.entries()) {
        const isEverywhere = spoil.length === 1 || Object.hasOwn(LARGE, what);
        for (const at of fc.sample(fc.nat(text.length), { numRuns: isEverywhere ? 1 : 4, seed: i })) {
          yield { name: `${layout}, ${path}: ${what} at ${at}`, sample, path, bytes: spoil(text, at) };
        }
      }
    }
  }
}

/** A parsed table, or the user's error. @throws whatever else is thrown */
async function parsed(root: string, { sample, path, bytes }: Spoilt): Promise<ParsedTable | UserError> {
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

const INSIDE = /^(?!\/|\.\.?(\/|$))(?!.*\/\.\.?(\/|$))[^\p{Cc}\\:]+$/u;

test(
  'more than 1,000 spoilt tables are read, row by row, or refused in one line, soon and in bounded memory',
  async () => {
    const root = await temporaryFolder();
    const before = process.memoryUsage.rss();
    let [cases, refused, bad] = [0, 0, 0];
    for (const spoilt of spoiltTables()) {
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
    expect(cases).toBeGreaterThan(1000);
    // Both ends are met: the test reads what it says.
    expect(refused).toBeGreaterThan(100);
    expect(bad).toBeGreaterThan(100);
    expect(process.memoryUsage.rss() - before).toBeLessThan(MEMORY);
  },
  SLOWEST_MS * 30,
);

describe('a name in a table that leads out of the source is refused', () => {
  const ways = [
    '../../etc/passwd',
    '/etc/passwd',
    '..',
    '..\\..\\secret.png',
    'a/../../b.png',
    '\u0000.png',
    'a\nb.png',
  ];

  test.each(Object.keys(SAMPLES))('%s', async (name) => {
    const sample = SAMPLES[name] as SampleTables;
    const root = await temporaryFolder();
    for (const way of ways) {
      // As a program that means harm would write it.
      const cell = (path: string) =>
        path.endsWith('.json') ? JSON.stringify(way).slice(1, -1) : /[\n"]/.test(way) ? `"${way}"` : way;
      for (const [path, text] of Object.entries(sample.tables)) {
        if (!text.includes(sample.image)) continue;
        const bytes = text.replaceAll(sample.image, cell(path));
        const result = await parsed(root, { name, sample, path, bytes });
        if (result instanceof UserError) continue;
        for (const { imageId, sameAs } of result.rows) {
          expect(imageId).toMatch(INSIDE);
          expect(imageId).not.toBe(way);
          expect(sameAs).not.toBe(way);
        }
      }
    }
  });
});

test('600 spoilt manifests are refused: none leads out of its artifact', async () => {
  const work = await temporaryFolder();
  const { folder, manifest } = await ingest(work, FIXTURE);
  const text = JSON.stringify(manifest);
  const open = () => openArtifact(folder, 'ingest', { rebuild: 'run ingest again' });
  const write = (content: string | Uint8Array) => writeFile(join(folder, 'manifest.json'), content);
  let cases = 0;
  for (const [what, spoil] of Object.entries({ ...SPOILS, brackets: inserted('['.repeat(200_000)) })) {
    for (const at of fc.sample(fc.nat(text.length), { numRuns: 30, seed: cases })) {
      await write(spoil(text, at));
      const error = await open().catch((thrown: unknown) => thrown);
      cases++;
      // Blanks and marks between tokens change nothing; then it opens as before.
      if (error instanceof UserError) expect(error.message.length, what).toBeLessThan(LONGEST_LINE);
      else if (error instanceof Error) throw new Error(`${what} at ${at} is a bug`, { cause: error });
    }
  }
  expect(cases).toBeGreaterThanOrEqual(600);
  for (const path of ['../../secret', '/etc/passwd', 'a/../../b', '..', 'C:\\b', '\\\\host\\b']) {
    await write(JSON.stringify({ ...manifest, files: [{ ...manifest.files[0], path }] }));
    await expect(open()).rejects.toThrow('a manifest that cannot be read');
  }
  await write(
    JSON.stringify({ ...manifest, files: [{ ...manifest.files[0], sha256: `../${'0'.repeat(61)}` }] }),
  );
  await expect(open()).rejects.toThrow('a manifest that cannot be read');
  await write(text);
  await open();
});
