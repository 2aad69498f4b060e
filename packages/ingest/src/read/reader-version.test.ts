import { appendFile, copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/testing.ts';
import { READER_SOURCE, readerVersion } from './reader-version.ts';

test('an edit of the reader is another version, the same code the same one', async () => {
  const reader = new URL('../image/radiograph.ts', import.meta.url);
  const version = await readerVersion([reader]);
  expect(version).toMatch(`sharp ${sharp.versions.sharp} vips ${sharp.versions.vips}`);
  const copy = join(await temporaryFolder(), 'radiograph.ts');
  await copyFile(reader, copy);
  expect(await readerVersion([pathToFileURL(copy)])).toBe(version);
  await appendFile(copy, '\n');
  expect(await readerVersion([pathToFileURL(copy)])).not.toBe(version);
});

test('every file of ours that the reader imports is part of its version', async () => {
  for (const file of READER_SOURCE.filter(({ href }) => href.endsWith('.ts'))) {
    const imports = [...(await readFile(file, 'utf8')).matchAll(/^import (?!type )[^;]*?from '(.+?)';$/gm)];
    const ours = imports.flatMap(([, name = '']) => (/^[.@]/.test(name) ? [new URL(name, file).href] : []));
    expect(READER_SOURCE.map(({ href }) => href)).toEqual(expect.arrayContaining(ours));
  }
});
