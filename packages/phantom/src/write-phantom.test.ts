import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SYNTHETIC_MARKER, sha256 } from '@viewgap/artifacts';
import dicomParser from 'dicom-parser';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { MAPPING, phantomOf, sourceOf, temporaryFolder, textOf, write } from '../test/testing.ts';

const FEW = phantomOf({ images: 4 });

async function filesOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return files.map((file) => file.slice(root.length + 1)).sort();
}

async function hashesOf(root: string): Promise<Record<string, string>> {
  const files = await filesOf(root);
  const hashes = await Promise.all(
    files.map(async (file) => [file, sha256(await readFile(join(root, file)))]),
  );
  return Object.fromEntries(hashes);
}

test.each(['nih-chestxray14', 'chexpert', 'dicom-folder'] as const)(
  '%s: the same request gives the same bytes',
  async (adapter) => {
    const work = await temporaryFolder();
    const [one, other] = ['one', 'other'].map((name) => sourceOf(adapter, join(work, name)));
    if (!one || !other) throw new Error('two sources');
    await write(one, FEW);
    await write(other, FEW);
    expect(await hashesOf(other.root)).toEqual(await hashesOf(one.root));
  },
);

test('nothing is done again until the request changes; then all of it is, and nothing old is left', async () => {
  const source = sourceOf('nih-chestxray14', join(await temporaryFolder(), 'nih'));
  const table = join(source.root, 'Data_Entry_2017_v2020.csv');
  expect(await write(source, FEW)).toBeGreaterThan(4);
  const { mtimeMs } = await stat(table);
  expect(await write(source, FEW)).toBe(0);
  // What a source is used for changes no file of it.
  expect(await write({ ...source, role: 'external' }, FEW)).toBe(0);
  expect((await stat(table)).mtimeMs).toBe(mtimeMs);

  const before = await filesOf(source.root);
  expect(await write(source, { ...FEW, seed: 9, broken: false })).toBe(4 + 3);
  const after = await filesOf(source.root);
  expect(after).not.toEqual(before);
  expect(after).toHaveLength(4 + 3 + 1);
});

test('a folder with other data is left alone', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'thesis.txt'), 'years of work');
  await expect(write(sourceOf('chexpert', folder), FEW)).rejects.toThrow(
    /^a folder that holds other data: .* \(name one that is empty or new\)$/,
  );
  expect(await readdir(folder)).toEqual(['thesis.txt']);
});

test('what a killed run left behind is no part of the next', async () => {
  const root = join(await temporaryFolder(), 'nih');
  await mkdir(`${root}.partial/images`, { recursive: true });
  await writeFile(`${root}.partial/images/half.png`, 'half');
  await write(sourceOf('nih-chestxray14', root), FEW);
  expect(await filesOf(root)).not.toContain('images/half.png');
  await expect(stat(`${root}.partial`)).rejects.toThrow('ENOENT');
});

test('every data set says that it is synthetic: in a file of its own, and in each image', async () => {
  const root = join(await temporaryFolder(), 'nih');
  await write(sourceOf('nih-chestxray14', root), FEW);
  expect(JSON.parse(await textOf(root, SYNTHETIC_MARKER))).toMatchObject({
    synthetic: true,
    images: 4,
    seed: 0,
  });
  const [image = ''] = (await filesOf(root)).filter((file) => file.endsWith('.png'));
  const { exif } = await sharp(join(root, image)).metadata();
  expect(exif?.toString('latin1')).toContain('SYNTHETIC');
});

test.each([
  [{ bits: 8, photometric: 'MONOCHROME2', viewIn: 'ViewPosition' }, 8, 'x00185101'],
  [{ bits: 10, photometric: 'MONOCHROME1', viewIn: 'SeriesDescription' }, 16, 'x0008103e'],
  [{ bits: 16, photometric: 'MONOCHROME1', viewIn: 'ViewCodeSequence', modality: 'CR' }, 16, 'x00540220'],
] as const)('DICOM of %o', async (hospital, allocated, viewTag) => {
  const root = join(await temporaryFolder(), 'hospital');
  const phantom = phantomOf({
    images: 6,
    broken: false,
    hospital: { vendor: 'Aurora', missingViews: 0, ...hospital },
  });
  await write(sourceOf('dicom-folder', root), phantom);
  const films = (await filesOf(root)).filter((file) => file.endsWith('.dcm'));
  expect(films).toHaveLength(6);
  for (const film of films) {
    const header = dicomParser.parseDicom(await readFile(join(root, film)));
    expect(header.string('x0008001c'), 'Synthetic Data').toBe('YES');
    expect(header.string('x00080070'), 'Manufacturer').toBe('Aurora');
    expect(header.string('x00280004')).toBe(hospital.photometric);
    expect([header.uint16('x00280100'), header.uint16('x00280101'), header.uint16('x00280102')]).toEqual([
      allocated,
      hospital.bits,
      hospital.bits - 1,
    ]);
    expect(header.elements[viewTag]).toBeDefined();
    const [rows = 0, columns = 0] = [header.uint16('x00280010'), header.uint16('x00280011')];
    const bytes = (rows * columns * allocated) / 8;
    expect(header.elements.x7fe00010?.length).toBe(bytes + (bytes % 2));
  }
});

test('a hospital’s table has the columns and the words of its mapping', async () => {
  const root = join(await temporaryFolder(), 'hospital');
  await write(sourceOf('dicom-folder', root), phantomOf({ images: 30 }));
  const [header = '', ...lines] = (await textOf(root, 'labels.tsv')).trim().split('\r\n');
  expect(header.split('\t')).toEqual([MAPPING.image, '경화', '기흉', '결절', '종괴', '섬유화', '흉수']);
  const words = new Set(lines.flatMap((line) => line.split('\t').slice(1)));
  expect(words).toEqual(new Set(['유', '무', '미상']));
});

test('a table that cannot be written is named', async () => {
  const source = sourceOf('dicom-folder', join(await temporaryFolder(), 'x'), { table: 'labels.xlsx' });
  await expect(write(source, FEW)).rejects.toThrow('phantom cannot write this kind of table: labels.xlsx');
});
