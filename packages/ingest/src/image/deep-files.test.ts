import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceConfig } from '@viewgap/contracts';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { ingest, recordedProgress, recordsOf, temporaryFolder } from '../../test/testing.ts';

const DEEP = new URL('../../fixtures/deep/', import.meta.url).pathname;
const NAMES = ['12-of-16.png', '12-of-16-sbit.png', '12-of-16.tif', '12-of-16-signed.tif'];

/** A folder with these files and those that `more` writes; returns how to ingest it. */
async function folder(more: (root: string) => Promise<string[]>) {
  const [root, work] = [await temporaryFolder(), await temporaryFolder()];
  for (const name of NAMES) await copyFile(join(DEEP, name), join(root, name));
  const rows = [...NAMES, ...(await more(root))].map((name) => `${name},PA,`);
  await writeFile(join(root, 'labels.csv'), ['image,view,ptx', ...rows].join('\n'));
  const layout = {
    adapter: 'png-folder',
    root,
    table: 'labels.csv',
    public: true,
    mapping: { image: 'image', view: 'view', labels: { PTX: { columns: ['ptx'], values: {} } } },
  };
  return async (setting: { readonly depth?: number }) => {
    const lines: string[] = [];
    const config = sourceConfig.parse({ ...layout, ...setting });
    const artifact = await ingest(work, root, { name: 'deep', config, progress: recordedProgress(lines) });
    const records = await recordsOf(artifact);
    const depths = Object.fromEntries(records.map(({ image_id, depth }) => [image_id, depth]));
    return { depths, doubts: lines.filter((line) => line.includes('depth')), records };
  };
}

test('the records of files of 12 bits in 16 say so, and that they have contrast', async () => {
  const { depths, doubts, records } = await (await folder(async () => []))({});
  expect(depths).toEqual(Object.fromEntries(NAMES.map((name) => [name, 12])));
  expect(doubts).toEqual([]);
  expect(Math.min(...records.map(({ grey_range }) => grey_range as number))).toBeGreaterThan(100);
});

test('films of one source whose depths differ are told of in every run, until the source says its depth', async () => {
  const run = await folder(async (root) => {
    const bright = Uint16Array.from({ length: 64 * 64 }, (_, i) => 4 * i);
    const png = sharp(bright, { raw: { width: 64, height: 64, channels: 1 } })
      .toColourspace('grey16')
      .png();
    await png.toFile(join(root, 'bright.png'));
    return ['bright.png'];
  });
  for (let i = 0; i < 2; i++) {
    expect((await run({})).doubts).toEqual([
      'ingest deep: images of different depths: 4 of 12 bits, 1 of 14 bits; if they are of one, say which: `depth` of the source',
    ]);
  }
  const { depths, doubts } = await run({ depth: 12 });
  expect(doubts).toEqual([]);
  expect(depths['bright.png']).toBe(12);
});

test.each([7, 17, 12.5])('a depth of %f bits is none', (depth) => {
  const config = { adapter: 'nih-chestxray14', root: '.', depth };
  expect(sourceConfig.safeParse(config).success).toBe(false);
});

test('DICOM says its depth itself: a source of nothing else takes none', () => {
  const config = { adapter: 'dicom-folder', root: '.', table: 't.csv', mapping: { image: 'i' }, depth: 12 };
  expect(sourceConfig.safeParse(config).success).toBe(false);
});
