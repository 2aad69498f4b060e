import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { killAtFirstOutput, temporaryFolder } from '../../test/testing.ts';
import { replaceFileAtomic, writeFileAtomic } from './atomic-file.ts';

describe('a file that is written atomically', () => {
  test('is there with its folders, text or bytes', async () => {
    const path = join(await temporaryFolder(), 'deep', 'down', 'file');
    await writeFileAtomic(path, 'text');
    expect(await readFile(path, 'utf8')).toBe('text');
    await writeFileAtomic(path, Uint8Array.of(0, 255));
    expect(await readFile(path)).toEqual(Buffer.of(0, 255));
  });

  test('may be written piece by piece', async () => {
    const path = join(await temporaryFolder(), 'file');
    await replaceFileAtomic(path, async (file) => {
      await file.write('one ');
      await file.write('two');
    });
    expect(await readFile(path, 'utf8')).toBe('one two');
  });

  test('stays as it was when writing fails, and no other file is left', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'file');
    await writeFileAtomic(path, 'old');
    const failing = replaceFileAtomic(path, async (file) => {
      await file.write('half of the new');
      throw new Error('the encoder failed');
    });
    await expect(failing).rejects.toThrow('the encoder failed');
    expect(await readdir(folder)).toEqual(['file']);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  test.skipIf(process.platform !== 'linux')('stays as it was on ENOSPC, which names the file', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'file');
    await writeFileAtomic(path, 'old');
    const failing = replaceFileAtomic(path, async (file) => {
      await file.write('half of the new');
      await writeFile('/dev/full', 'the rest');
    });
    await expect(failing).rejects.toMatchObject({ code: 'ENOSPC', path });
    expect(await readdir(folder)).toEqual(['file']);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  test('leaves nothing behind where a folder has its name', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'taken'));
    await expect(writeFileAtomic(join(folder, 'taken'), 'x')).rejects.toThrow(/EISDIR|ENOTEMPTY|EPERM/);
    expect(await readdir(folder)).toEqual(['taken']);
  });

  test('is whole, old or new, after kill -9 in the middle of a write', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'file');
    await writeFileAtomic(path, 'old');
    await killAtFirstOutput(`
      import { replaceFileAtomic } from './files/atomic-file.ts';
      await replaceFileAtomic(${JSON.stringify(path)}, async (file) => {
        await file.write('half of the new');
        console.log('half');
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });`);
    expect(await readFile(path, 'utf8')).toBe('old');
    const debris = (await readdir(folder)).filter((name) => name !== 'file');
    expect(debris.every((name) => name.startsWith('.tmp-'))).toBe(true);
    await writeFileAtomic(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  test('written by many at once is one of theirs, whole', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'file');
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(50_000));
    await Promise.all(texts.map((text) => writeFileAtomic(path, text)));
    expect(texts).toContain(await readFile(path, 'utf8'));
    expect(await readdir(folder)).toEqual(['file']);
  });
});
