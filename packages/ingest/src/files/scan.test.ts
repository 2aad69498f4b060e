import { createHash } from 'node:crypto';
import { readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyOfFixture, nihConfig, recordedProgress, temporaryFolder } from '../../test/testing.ts';
import { scanSource } from './scan.ts';

async function scan(root: string, lines: string[] = []): Promise<string> {
  const out = join(await temporaryFolder(), 'listings/nih.json');
  await scanSource({
    name: 'nih',
    config: nihConfig(root),
    pipelineFolder: '/',
    env: {},
    out,
    progress: recordedProgress(lines),
  });
  return readFile(out, 'utf8');
}

test('the listing names every table and image with size, time and the hash of its ends, and nothing else', async () => {
  const root = await copyOfFixture();
  await writeFile(join(root, 'images/.DS_Store'), 'x');
  await utimes(join(root, 'images/00000004_000.png'), 1, 1.5);
  const lines: string[] = [];
  const listing = JSON.parse(await scan(root, lines)) as unknown[];
  expect(listing).toHaveLength(9);
  expect(listing[0]).toMatchObject({ path: 'Data_Entry_2017_v2020.csv' });
  expect(listing[1]).toEqual({
    path: 'images/00000004_000.png',
    size: 4919,
    mtimeMs: 1500,
    ends: createHash('sha256')
      .update(await readFile(join(root, 'images/00000004_000.png')))
      .digest('base64url')
      .slice(0, 16),
  });
  expect(lines.at(-1)).toBe('scan nih: 8 images');
});

test('the listing is the same bytes until a file changes', async () => {
  const root = await copyOfFixture();
  const before = await scan(root);
  expect(await scan(root)).toBe(before);
  await utimes(join(root, 'images/00000004_000.png'), 1, 1);
  expect(await scan(root)).not.toBe(before);
});

test.each([
  ['first', 100],
  ['last', 19_900],
])('a file of the same size and time whose %s block is another is another', async (_, at) => {
  const root = await copyOfFixture();
  const path = join(root, 'images/00000004_000.png');
  const bytes = Buffer.alloc(20_000);
  await writeFile(path, bytes);
  await utimes(path, 1, 1);
  const before = await scan(root);
  bytes[at] = 1;
  await writeFile(path, bytes);
  await utimes(path, 1, 1);
  expect(await scan(root)).not.toBe(before);
});

test('links are followed, and one that leads nowhere or to itself is no file', async () => {
  const root = await copyOfFixture();
  await rename(join(root, 'images'), join(root, 'elsewhere'));
  await symlink('elsewhere', join(root, 'images'));
  await symlink('nowhere.png', join(root, 'elsewhere/00000001_000.png'));
  await symlink('00000001_001.png', join(root, 'elsewhere/00000001_001.png'));
  expect(JSON.parse(await scan(root))).toHaveLength(9);
});

test('a folder without a table or without images says what is needed there', async () => {
  const root = await copyOfFixture();
  await rm(join(root, 'images'), { recursive: true });
  await expect(scan(root)).rejects.toThrow(
    /^no images: .*nih \(needed here: a Data_Entry\*\.csv or sample_labels\.csv, and the images/,
  );
  await rm(join(root, 'Data_Entry_2017_v2020.csv'));
  await expect(scan(root)).rejects.toThrow('no label table');
});
