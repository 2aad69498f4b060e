import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '@viewgap/artifacts';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/testing.ts';
import { type ListedFile, listedFiles } from './listed-file.ts';

const PATHS = Array.from({ length: 200 }, (_, i) => `films/${i}.png`);
const CONTENTS = PATHS.map((_, i) => Buffer.alloc(i * 97, i));

async function filled(): Promise<string> {
  const root = await temporaryFolder();
  await mkdir(join(root, 'films'));
  for (const [i, path] of PATHS.entries()) await writeFile(join(root, path), CONTENTS[i] as Buffer);
  return root;
}

/** By the definition: 96 bits of the SHA-256 of all of a short file, else of its first and last 4,096 bytes. */
function endsOf(bytes: Buffer): string {
  const ends = bytes.length <= 8192 ? bytes : Buffer.concat([bytes.subarray(0, 4096), bytes.subarray(-4096)]);
  return Buffer.from(sha256(ends), 'hex').toString('base64url').slice(0, 16);
}

describe.each([
  ['this thread', 0],
  ['three threads', 3],
])('files that %s looks at', (_, threads) => {
  test('come in the order of their paths, with what tells that they changed', async () => {
    const told: number[] = [];
    const files = await listedFiles(await filled(), PATHS, (count) => told.push(count), threads);
    expect(
      files.map(({ path, size, ends }): Omit<ListedFile, 'mtimeMs'> => ({ path, size, ends: ends ?? '' })),
    ).toEqual(PATHS.map((path, i) => ({ path, size: i * 97, ends: endsOf(CONTENTS[i] as Buffer) })));
    expect(files.every(({ mtimeMs }) => Math.abs(Date.now() - mtimeMs) < 600_000)).toBe(true);
    expect(told.at(-1)).toBe(200);
  });

  test('without one that was deleted since its folder was listed', async () => {
    const files = await listedFiles(await filled(), ['films/gone.png', ...PATHS], () => {}, threads);
    expect(files.map(({ path }) => path)).toEqual(PATHS);
  });

  test('and one whose folder is a file: an error with the system`s word for it', async () => {
    const odd = listedFiles(await filled(), [...PATHS, 'films/1.png/odd.png'], () => {}, threads);
    await expect(odd).rejects.toMatchObject({ code: 'ENOTDIR', path: expect.stringContaining('odd.png') });
  });
});
