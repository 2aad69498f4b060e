import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/testing.ts';
import { isSynthetic, SYNTHETIC_MARKER } from './synthetic-marker.ts';

test('a source is synthetic where a file in its root says so', async () => {
  const root = await temporaryFolder();
  expect(await isSynthetic(root)).toBe(false);
  expect(await isSynthetic(join(root, 'nowhere'))).toBe(false);
  await writeFile(join(root, SYNTHETIC_MARKER), '{}');
  expect(await isSynthetic(root)).toBe(true);
});

test('a folder of that name is no such file', async () => {
  const root = await temporaryFolder();
  await mkdir(join(root, SYNTHETIC_MARKER));
  expect(await isSynthetic(root)).toBe(false);
});
