import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openArtifact } from '@viewgap/artifacts';
import { UserError } from '@viewgap/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SAMPLES, type SampleTables } from '../../test/sample-tables.ts';
import {
  expectReadOrRefused,
  INSIDE,
  inserted,
  LONGEST_LINE,
  parsed,
  SPOILS,
} from '../../test/spoilt-tables.ts';
import { FIXTURE, ingest, temporaryFolder } from '../../test/testing.ts';

test('more than 250 spoilt tables are read, row by row, or refused in one line, soon and in bounded memory', () =>
  expectReadOrRefused(1, ['nih']));

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
