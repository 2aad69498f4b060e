import { describe, expect, test } from 'vitest';
import { labelsOf, layoutOf } from '../../test/finding-labels.ts';
import { textTable } from '../../test/testing.ts';
import mimicCxrJpg from './mimic-cxr-jpg.ts';

// MIMIC-CXR-JPG needs a credential: its files were not seen. Headers and values are those of its documentation.
const METADATA = [
  'dicom_id,subject_id,study_id,PerformedProcedureStepDescription,ViewPosition,Rows,Columns,StudyDate,StudyTime',
  'ProcedureCodeSequence_CodeMeaning,ViewCodeSequence_CodeMeaning,PatientOrientationCodeSequence_CodeMeaning',
].join(',');
const LABELS = [
  'subject_id,study_id,Atelectasis,Cardiomegaly,Consolidation,Edema,Enlarged Cardiomediastinum,Fracture,Lung Lesion',
  'Lung Opacity,No Finding,Pleural Effusion,Pleural Other,Pneumonia,Pneumothorax,Support Devices',
].join(',');

const film = (id: string, view: string, code = '', orientation = '', study = '50414267') =>
  `${id},10000032,${study},"CHEST (PA AND LAT)",${view},3056,2544,21800506,213014.5,"CHEST (PA AND LAT)",${code},${orientation}`;

function parse(films: readonly string[], labeller: 'chexpert' | 'negbio' = 'chexpert') {
  return mimicCxrJpg({ labeller }).parse([
    textTable('mimic-cxr-2.0.0-metadata.csv.gz', [METADATA, ...films].join('\n')),
    textTable(`mimic-cxr-2.0.0-${labeller}.csv`, `${LABELS}\n10000032,50414267,,,1.0,,,,,,,-1.0,,,0.0,1.0\n`),
    textTable(
      'mimic-cxr-2.0.0-split.csv',
      'dicom_id,study_id,subject_id,split\na-1,50414267,10000032,validate\n',
    ),
  ]);
}

test('what it says becomes labels: blank is absent, uncertain is not known, fibrosis it does not have', async () => {
  const { rows } = await parse([film('a-1', 'AP')]);
  const labels = { CSN: 1, PTX: 0, NDL: 0, FIB: null, PEF: null };
  expect(labelsOf(layoutOf('mimic-cxr-jpg'))(rows[0])).toEqual(labels);
});

describe('a row of MIMIC-CXR-JPG', () => {
  test('takes its labels from its study, its split from the list', async () => {
    const { rows, bad } = await parse([film('a-1', 'AP', 'antero-posterior', 'Recumbent')]);
    expect(bad).toEqual([]);
    expect(rows).toEqual([
      {
        ref: 'mimic-cxr-2.0.0-metadata.csv.gz:2',
        imageId: 'a-1',
        patientId: '10000032',
        studyId: '50414267',
        view: 'AP',
        viewSource: 'metadata',
        viewConflict: false,
        supine: true,
        ageYears: null,
        sex: null,
        labels: {
          present: ['Consolidation', 'Support Devices'],
          absent: ['Pneumothorax'],
          uncertain: ['Pleural Effusion'],
          others: 'blank',
        },
        noFinding: false,
        supportDevices: true,
        labelSet: 'report',
        officialSplit: 'val',
        sameAs: null,
      },
    ]);
  });

  test('whose study has no labels is of unknown labels, not of negative ones', async () => {
    const { rows } = await parse([film('a-1', 'PA', '', '', '1')]);
    expect(labelsOf(layoutOf('mimic-cxr-jpg'))(rows[0])).toEqual({
      CSN: null,
      PTX: null,
      NDL: null,
      FIB: null,
      PEF: null,
    });
  });

  test.each([
    ['AP', '', 'AP', false],
    ['PA', 'postero-anterior', 'PA', false],
    ['PA', 'antero-posterior', 'PA', true],
    ['', 'antero-posterior', 'AP', false],
    ['', '', 'unknown', false],
    ['LL', 'left lateral', 'LATERAL', false],
    ['AP LLD', 'antero-posterior', 'unknown', false],
  ])('of ViewPosition "%s" and view code "%s" is %s', async (position, code, view, viewConflict) => {
    const { rows } = await parse([film('a-1', position, code)]);
    expect(rows[0]).toMatchObject({ view, viewConflict });
  });

  test('with a view position that nobody knows is of unknown view, and counted', async () => {
    const { rows, doubts } = await parse([film('a-1', 'APX'), film('a-2', 'APX'), film('a-3', 'SWIMMERS')]);
    expect(rows.map(({ view }) => view)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(doubts?.map(({ text }) => text)).toEqual([
      'mimic-cxr-2.0.0-metadata.csv.gz: 2 rows with view positions that cannot be read count as unknown: "APX" (2)',
    ]);
  });

  test('by the other labeller says so', async () => {
    const { rows } = await parse([film('a-1', 'AP')], 'negbio');
    expect(rows[0]?.labelSet).toBe('report negbio');
  });
});

test('files lie in files/p10/p10000032/s50414267/, and are named by dicom_id', () => {
  const { enters, imageId, isTable } = mimicCxrJpg({ labeller: 'negbio' });
  for (const folder of ['files', 'files/p10', 'p10/p10000032', 'files/p10/p10000032/s50414267']) {
    expect(enters(folder)).toBe(true);
  }
  expect(enters('files/p10/other')).toBe(false);
  expect(imageId('files/p10/p10000032/s50414267/02aa804e-bde0afdd.jpg')).toBe('02aa804e-bde0afdd');
  expect(isTable('mimic-cxr-2.0.0-negbio.csv.gz')).toBe(true);
  expect(isTable('mimic-cxr-2.0.0-chexpert.csv.gz')).toBe(false);
});

test('a missing table is named', async () => {
  const adapter = mimicCxrJpg({ labeller: 'chexpert' });
  await expect(adapter.parse([textTable('mimic-cxr-2.0.0-metadata.csv', METADATA)])).rejects.toThrow(
    'no such table: mimic-cxr-*-chexpert.csv.gz (put it into the root)',
  );
});

test('the procedure tells the view where nothing else does: of AP alone, not of a film of two', async () => {
  const row = (id: string, position: string, procedure: string, code = '') =>
    film(id, position, code).replaceAll('CHEST (PA AND LAT)', procedure);
  const { rows } = await parse([
    row('a-1', '', 'CHEST (PORTABLE AP)'),
    row('a-2', '', 'CHEST (PA AND LAT)'),
    row('a-3', 'AP', 'CHEST (PA AND LAT)'),
    row('a-4', 'AP', 'CHEST (PA AND LAT)', 'postero-anterior'),
    row('a-5', 'LATERAL', 'CHEST (PORTABLE AP)'),
    row('a-6', 'ap', 'CHEST (PORTABLE AP)'),
    row('a-7', 'AP AXIAL', 'CHEST (PORTABLE AP)'),
  ]);
  expect(rows.map(({ view, viewSource, viewConflict }) => [view, viewSource, viewConflict])).toEqual([
    ['AP', 'text', false],
    ['unknown', 'none', false],
    ['AP', 'metadata', false],
    ['AP', 'metadata', true],
    ['LATERAL', 'metadata', true],
    ['AP', 'metadata', false],
    ['unknown', 'none', false],
  ]);
});
