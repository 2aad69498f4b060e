import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { drawnFilm } from '../test/dicom-file.ts';
import { temporaryFolder } from '../test/testing.ts';
import { type Files, read, readFiles, unpack } from '../test/unpacked.ts';

const MAPPING = {
  image: 'image',
  patient: 'pid',
  view: 'view',
  labels: { PTX: { columns: ['ptx'], values: { '1': 1, '0': 0 } } },
};
const PNG = { adapter: 'png-folder', table: 'labels.csv', public: true, mapping: MAPPING };
const LABELS_CSV = 'image,pid,view,ptx\na.png,1,PA,1\nb.png,2,AP,0\n';

/** What systems and people leave beside images. */
const BESIDE: Files = {
  README: 'read me',
  LICENSE: '',
  '.DS_Store': 'Bud1',
  '__MACOSX/._a.png': 'x',
  '__MACOSX/films/._b.png': 'x',
  'films/._a.png': 'x',
  'films/Thumbs.db': 'x',
  'films/desktop.ini': '',
  'films.zip': 'PK',
  'report.pdf': '%PDF-1.4',
  'other-labels.csv': 'a,b\n',
  '@eaDir/a.png/SYNOPHOTO_THUMB_M.png': 3,
};
const BESIDE_LINE =
  'ingest nih: 11 files are no images: ._* (3), .DS_Store (1), LICENSE (1), README (1), Thumbs.db (1), csv (1), desktop.ini (1), pdf (1), zip (1)';

describe('what lies beside images', () => {
  test('is counted by kind and is no broken image: in a folder of PNG files', async () => {
    const { ids, reasons, lines } = await readFiles(PNG, {
      'labels.csv': LABELS_CSV,
      'films/a.png': 0,
      'films/b.png': 1,
      ...BESIDE,
    });
    expect(ids).toEqual(['a.png', 'b.png']);
    expect(reasons).toEqual({});
    expect(lines).toContain(BESIDE_LINE);
    expect(lines).toContain('ingest nih: 2 files read, 2 records, 0 quarantined');
  });
});

test('DICOM files where a layout reads none are named, with the layout that reads them', async () => {
  const films = { 'a.dcm': 0, 'b.DCM': 1, 'c.dcm.gz': 'x', 'd.jp2': 'x', 'labels.csv': LABELS_CSV };
  await expect(readFiles(PNG, films)).rejects.toThrow(
    /^no images: .*\(the layout "dicom-folder" reads DICOM; needed here: .*; there are DICOM \(3\), other images \(1\)\)$/,
  );
});

describe('links', () => {
  test('to a parent are not followed in a circle, and no film is counted twice', async () => {
    const root = await temporaryFolder();
    await unpack(root, { 'labels.csv': LABELS_CSV, 'films/a.png': 0, 'films/deep/b.png': 1 });
    await symlink('..', join(root, 'films/up'));
    await symlink('../..', join(root, 'films/deep/top'));
    await symlink('../../..', join(root, 'films/deep/above'));
    await symlink('.', join(root, 'films/deep/here'));
    const { ids, reasons, lines } = await read(root, PNG);
    expect(ids).toEqual(['a.png', 'b.png']);
    expect(reasons).toEqual({});
    expect(lines).toContain('ingest nih: 4 links to folders that are listed already: not followed');
  });

  test('to one folder, several, are followed once', async () => {
    const [root, disk] = [await temporaryFolder(), await temporaryFolder()];
    await unpack(root, { 'labels.csv': LABELS_CSV });
    await unpack(disk, { 'a.png': 0, 'sub/b.png': 1 });
    for (const name of ['one', 'two']) await symlink(disk, join(root, name));
    await symlink(join(disk, 'sub'), join(root, 'three'));
    const { ids, reasons } = await read(root, PNG);
    expect(ids).toEqual(['a.png', 'b.png']);
    expect(reasons).toEqual({});
  });

  test('of two folders to each other end', async () => {
    const root = await temporaryFolder();
    await unpack(root, { 'labels.csv': LABELS_CSV, 'x/a.png': 0, 'y/b.png': 1 });
    await symlink('../y', join(root, 'x/y'));
    await symlink('../x', join(root, 'y/x'));
    const { ids, reasons } = await read(root, PNG);
    expect(ids).toEqual(['a.png', 'b.png']);
    expect(reasons).toEqual({});
  });

  test('to a file are that file, and where they lead nowhere they are counted', async () => {
    const [root, disk] = [await temporaryFolder(), await temporaryFolder()];
    await unpack(disk, { 'x.png': 0 });
    await unpack(root, { 'labels.csv': LABELS_CSV, 'b.png': 1 });
    await symlink(join(disk, 'x.png'), join(root, 'a.png'));
    await symlink(join(disk, 'gone.png'), join(root, 'gone.png'));
    const { ids, reasons, lines } = await read(root, PNG);
    expect(ids).toEqual(['a.png', 'b.png']);
    expect(reasons).toEqual({});
    expect(lines).toContain('ingest nih: 1 file is no image: broken link (1)');
  });

  test('all broken, as where a disk is not mounted, are the cause that the error names', async () => {
    const root = await temporaryFolder();
    await unpack(root, { 'labels.csv': LABELS_CSV });
    await symlink('/no/such/disk/a.png', join(root, 'a.png'));
    await expect(read(root, PNG)).rejects.toThrow(/^no images: .*there are broken link \(1\)/);
  });
});

describe('names', () => {
  test('that differ only in case are two films, where the disk has both', async () => {
    const { ids } = await readFiles(PNG, {
      'labels.csv': 'image,pid,view,ptx\na.png,1,PA,1\nA.png,2,AP,0\n',
      'a.png': 0,
      'A.png': 1,
    });
    expect(ids).toEqual(['A.png', 'a.png']);
  });

  test('as macOS writes them (NFD) are those that a table has composed (NFC)', async () => {
    const names = ['Schädel_Müller.png', '흉부_김.png'];
    const { ids, reasons } = await readFiles(PNG, {
      'labels.csv': `image,pid,view,ptx\n${names.map((name, i) => `${name.normalize('NFC')},${i},PA,1\n`).join('')}`,
      ...Object.fromEntries(names.map((name, i) => [name.normalize('NFD'), i])),
    });
    expect(ids).toEqual(names.map((name) => name.normalize('NFC')));
    expect(reasons).toEqual({});
  });
});

describe('a hospital`s export', () => {
  const HOSPITAL = {
    adapter: 'dicom-folder',
    table: 'labels.csv',
    mapping: { image: 'uid', labels: MAPPING.labels },
  };
  test('has films that were packed one by one', async () => {
    const packed = gzipSync(drawnFilm({ SOPInstanceUID: '1.2.3.2', PatientID: 'P2' }, 2));
    const { ids, reasons } = await readFiles(HOSPITAL, {
      'labels.csv': 'uid,ptx\n1.2.3.1,1\n1.2.3.2,0\n1.2.3.3,0\n',
      IM000001: 0,
      'a/IM2.dcm.gz': packed,
      'a/cut.dcm.gz': packed.subarray(0, 900),
      'labels.csv.gz': gzipSync('a,b'),
    });
    expect(ids).toHaveLength(2);
    expect(reasons).toEqual({ truncated: 1, 'no-image': 1 });
  });

  test('counts what is no film by kind, and quotes no name', async () => {
    const { ids, reasons, lines } = await readFiles(HOSPITAL, {
      'labels.csv': 'uid,ptx\n1.2.3.1,1\n1.2.3.2,0\n',
      'labels old.csv': 'uid,ptx\n1.2.3.1,0\n',
      IM000001: 0,
      'A/B/1.2.410.9': 1,
      DICOMDIR: 'x',
      '판독문_김철수.pdf': '%PDF-1.4',
      'README.TXT': 'viewer of 김철수',
      'AUTORUN.INF': '',
      'viewer/김철수.exe': 'MZ',
      ...Object.fromEntries(
        Object.entries(BESIDE).filter(([path]) => !path.startsWith('films/') && path !== 'README'),
      ),
    });
    expect(ids).toHaveLength(2);
    expect(reasons).toEqual({});
    expect(lines.join('\n')).toContain(
      'ingest nih: 13 files are no images: ._* (2), csv (2), pdf (2), .DS_Store (1), DICOMDIR (1), LICENSE (1), README (1), exe (1), inf (1), zip (1)',
    );
    expect(lines.join('\n')).not.toMatch(/김철수|viewer/);
  });
});
