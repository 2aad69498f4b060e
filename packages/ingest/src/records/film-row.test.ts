import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Artifact } from '@viewgap/artifacts';
import { sourceConfig } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { drawnFilm } from '../../test/dicom-file.ts';
import {
  filesRead,
  ingest,
  quarantineOf,
  recordsOf,
  sharedData,
  temporaryFolder,
} from '../../test/testing.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

async function ingested(adapter: string, files: Files, work?: string): Promise<Artifact> {
  const root = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  const config = sourceConfig.parse({ adapter, root });
  return ingest(work ?? (await temporaryFolder()), root, { name: 'source', config });
}

describe('what DICOM headers say is joined to the rows of published sources', () => {
  test('SIIM: view, age and sex, of which its table knows nothing', async () => {
    const films = {
      '1.2.1': drawnFilm({ ViewPosition: 'AP', PatientAge: '041Y', PatientSex: 'F' }, 1),
      '1.2.2': drawnFilm({ ViewPosition: '', PatientAge: '64', PatientSex: 'O' }, 2),
      '1.2.3': drawnFilm({ ViewPosition: 'LL' }, 3),
      '1.2.4': drawnFilm({ BodyPartExamined: 'KNEE' }, 4),
      '1.2.5': drawnFilm({ BurnedInAnnotation: 'YES' }, 5),
      '1.2.6': drawnFilm({ ViewPosition: 'PA', SeriesDescription: 'CHEST AP PORTABLE' }, 6),
    };
    const artifact = await ingested('siim-pneumothorax', {
      'train-rle.csv': ['ImageId,EncodedPixels', ...Object.keys(films).map((id) => `${id},-1`)].join('\n'),
      ...Object.fromEntries(
        Object.entries(films).map(([id, film]) => [`dicom-images-train/${id}/s/${id}.dcm`, film]),
      ),
    });
    expect(await recordsOf(artifact)).toMatchObject([
      { image_id: '1.2.1', view: 'AP', view_source: 'dicom', view_conflict: false, age_years: 41, sex: 'F' },
      { image_id: '1.2.2', view: 'unknown', view_source: 'none', age_years: 64, sex: null },
      { image_id: '1.2.6', view: 'PA', view_source: 'dicom', view_conflict: true },
    ]);
    expect(
      (await quarantineOf(artifact)).map(({ ref, reason }) => `${reason} ${(ref as string).slice(-9)}`),
    ).toEqual(['burned-in 1.2.5.dcm', 'lateral 1.2.3.dcm', 'not-chest 1.2.4.dcm']);
    const { images, rows, pairs, records, quarantined } = artifact.manifest.counts;
    expect({ images, rows, pairs, records, quarantined }).toEqual({
      images: 6,
      rows: 6,
      pairs: 6,
      records: 3,
      quarantined: 3,
    });
  });

  test('VinDr: the header of a film goes before the paper that says PA of all', async () => {
    const artifact = await ingested('vindr-cxr', {
      'train.csv':
        'image_id,class_name,class_id,rad_id\na,No finding,14,R1\nb,No finding,14,R1\nc,No finding,14,R1\n',
      'train/a.dicom': drawnFilm({ ViewPosition: 'AP', PatientAge: '030Y', PatientSex: 'M' }, 1),
      'train/b.dicom': drawnFilm({ ViewPosition: 'PA' }, 2),
      'train/c.dicom': drawnFilm({ ViewPosition: '' }, 3),
    });
    expect(await recordsOf(artifact)).toMatchObject([
      { image_id: 'a', view: 'AP', view_source: 'dicom', view_conflict: true, age_years: 30, sex: 'M' },
      { image_id: 'b', view: 'PA', view_source: 'dicom', view_conflict: false },
      { image_id: 'c', view: 'PA', view_source: 'documented', view_conflict: false },
    ]);
  });

  test('RSNA: the table of headers and the header, and a contradiction between them', async () => {
    const work = await temporaryFolder();
    const files = {
      'stage_2_train_labels.csv': 'patientId,x,y,width,height,Target\na,,,,,0\nb,,,,,0\n',
      'stage_2_train_images_dicom_headers.csv':
        'Filename,ViewPosition,PatientAge,PatientSex\na.dcm,PA,51,F\n',
      'stage_2_train_images/a.dcm': drawnFilm({ ViewPosition: 'AP', PatientAge: '52', PatientSex: 'F' }, 1),
      'stage_2_train_images/b.dcm': drawnFilm({ ViewPosition: 'AP', PatientAge: '33', PatientSex: 'M' }, 2),
    };
    expect(await recordsOf(await ingested('rsna-pneumonia', files, work))).toMatchObject([
      { image_id: 'a', view: 'PA', view_source: 'dicom', view_conflict: true, age_years: 51, sex: 'F' },
      { image_id: 'b', view: 'AP', view_source: 'dicom', view_conflict: false, age_years: 33, sex: 'M' },
    ]);
  });
});

const real = sharedData('dicom');
test.skipIf(real === null)(
  'two real films of SIIM: their headers` view, and the copy with another polarity (skipped where ../shared is absent)',
  async () => {
    const names = (await readdir(real as string)).filter((name) => name.startsWith('siim'));
    const ids = names.map((name) => name.slice(0, -'.dcm'.length));
    const films = await Promise.all(names.map((name) => readFile(join(real as string, name))));
    const artifact = await ingested('siim-pneumothorax', {
      'train-rle.csv': ['ImageId,EncodedPixels', ...ids.map((id) => `${id},-1`)].join('\n'),
      ...Object.fromEntries(ids.map((id, i) => [`dicom-images-train/${id}/${id}.dcm`, films[i] as Buffer])),
    });
    expect(await filesRead(artifact)).toBe(2);
    const records = await recordsOf(artifact);
    expect(records).toMatchObject(
      ids.sort().map((image_id) => ({ image_id, view: 'PA', view_source: 'dicom', age_years: 62, sex: 'M' })),
    );
  },
);
