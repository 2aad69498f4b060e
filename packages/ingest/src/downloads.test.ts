import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { FILMS, type Files, pairFiles, readFiles } from '../test/unpacked.ts';

const LABELS = [
  'No Finding,Enlarged Cardiomediastinum,Cardiomegaly,Lung Opacity,Lung Lesion,Edema,Consolidation,Pneumonia',
  'Atelectasis,Pneumothorax,Pleural Effusion,Pleural Other,Fracture,Support Devices',
].join(',');
const NONE = ','.repeat(13);

describe('NIH', () => {
  const HEADER = 'Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position';
  const rowsOf = (films: readonly number[], age = '60') =>
    films.map((film) => `${FILMS[film]}.png,No Finding,0,${Number(FILMS[film]?.slice(0, 8))},${age},F,PA`);
  const DATA_ENTRY = [HEADER, ...rowsOf([0, 1, 2]), ''].join('\n');
  const file = (film: number) => `${FILMS[film]}.png`;

  test.each([
    [
      'images_001/images/ to images_012/images/',
      (film: number) => `images_${String(film + 10).padStart(3, '0')}/images/`,
    ],
    ['images_001/ to images_012/', (film: number) => `images_${String(film + 10).padStart(3, '0')}/`],
    ['images/', () => 'images/'],
    ['images/images_01/', (film: number) => `images/images_0${film + 1}/`],
    ['the root', () => ''],
  ])('in %s', async (_, folder) => {
    const { ids, reasons } = await pairFiles(
      { adapter: 'nih-chestxray14' },
      {
        'Data_Entry_2017.csv': DATA_ENTRY,
        'BBox_List_2017.csv': 'Image Index,Finding Label,Bbox [x,y,w,h],,,\n',
        'README_CHESTXRAY.pdf': '%PDF-1.4',
        'train_val_list.txt': `${file(0)}\n`,
        ...Object.fromEntries([0, 1, 2].map((film) => [`${folder(film)}${file(film)}`, film])),
      },
    );
    expect(ids).toEqual([0, 1, 2].map(file));
    expect(reasons).toEqual({});
  });

  test('as Kaggle`s sample, whose archive holds table and films twice', async () => {
    const sample = [
      `${HEADER},OriginalImageWidth,OriginalImageHeight,OriginalImagePixelSpacing_x,OriginalImagePixelSpacing_y`,
      ...rowsOf([0, 1], '060Y').map((row) => `${row},2682,2749,0.143,0.143`),
      '',
    ].join('\n');
    const { records, reasons } = await readFiles(
      { adapter: 'nih-chestxray14' },
      {
        'sample_labels.csv': sample,
        'sample/sample_labels.csv': sample,
        ...Object.fromEntries([0, 1].map((film) => [`sample/images/${file(film)}`, film])),
        ...Object.fromEntries([0, 1].map((film) => [`sample/sample/images/${file(film)}`, film])),
      },
    );
    expect(records).toHaveLength(2);
    expect(records[0]).toMatchObject({
      image_id: file(0),
      patient_id: '00000004',
      age_years: 60,
      width: 2682,
    });
    expect(reasons).toEqual({ 'duplicate-file': 2 });
  });

  test('the sample`s inner folder as the root', async () => {
    const { ids } = await pairFiles(
      { adapter: 'nih-chestxray14' },
      {
        'sample_labels.csv': DATA_ENTRY,
        ...Object.fromEntries([0, 1, 2].map((film) => [`images/${file(film)}`, film])),
      },
    );
    expect(ids).toHaveLength(3);
  });

  test('two releases of its table are refused: their views and labels differ', async () => {
    await expect(
      pairFiles(
        { adapter: 'nih-chestxray14' },
        {
          'Data_Entry_2017.csv': DATA_ENTRY,
          'Data_Entry_2017_v2020.csv': `${HEADER}\n`,
          [`images/${file(0)}`]: 0,
        },
      ),
    ).rejects.toThrow('more than one label table: Data_Entry_2017.csv, Data_Entry_2017_v2020.csv');
  });

  test('archives that nobody unpacked are named as the cause', async () => {
    await expect(
      pairFiles(
        { adapter: 'nih-chestxray14' },
        { 'Data_Entry_2017.csv': DATA_ENTRY, 'images_001.zip': 'PK', 'images_002.zip': 'PK' },
      ),
    ).rejects.toThrow(/^no images: .*unpack the zip files.*there are zip \(2\)/);
  });
});

describe('MIMIC-CXR-JPG as PhysioNet has it', () => {
  const STUDY = 'files/p10/p10000032/s50414267';
  const IMAGE = '02aa804e-bde0afdd-112c0b34-7bc16630-4e384014';
  const FILES: Files = {
    'mimic-cxr-2.0.0-metadata.csv.gz': gzipSync(
      `dicom_id,subject_id,study_id,ViewPosition\n${IMAGE},10000032,50414267,PA\n`,
    ),
    'mimic-cxr-2.0.0-chexpert.csv.gz': gzipSync(
      `subject_id,study_id,${LABELS}\n10000032,50414267,1.0${NONE}\n`,
    ),
    'mimic-cxr-2.0.0-negbio.csv.gz': gzipSync(
      `subject_id,study_id,${LABELS}\n10000032,50414267,1.0${NONE}\n`,
    ),
    'mimic-cxr-2.0.0-split.csv.gz': gzipSync(
      `dicom_id,study_id,subject_id,split\n${IMAGE},50414267,10000032,train\n`,
    ),
    IMAGE_FILENAMES: `${STUDY}/${IMAGE}.jpg\n`,
    'LICENSE.txt': 'PhysioNet Credentialed Health Data License',
    README: 'MIMIC-CXR-JPG',
    'SHA256SUMS.txt': 'x',
    'index.html': '<html>',
    'robots.txt': '',
    'files/index.html': '<html>',
    'files/p10/index.html': '<html>',
    [`${STUDY}/index.html`]: '<html>',
    [`${STUDY}.txt`]: 'FINAL REPORT',
    [`${STUDY}/${IMAGE}.jpg`]: 1,
  };

  test.each([
    ['its folder', ''],
    ['the folder in which wget ran', 'physionet.org/files/mimic-cxr-jpg/2.1.0'],
  ])('with reports and pages among the images; the root is %s', async (_, below) => {
    const { ids, reasons, lines } = await pairFiles({ adapter: 'mimic-cxr-jpg' }, FILES, below);
    expect(ids).toEqual([IMAGE]);
    expect(reasons).toEqual({});
    expect(lines).toContain(
      '11 files are no images: index.html (4), LICENSE (1), README (1), checksums (1), gz (1), others (1), robots.txt (1), txt (1)',
    );
  });
});

describe('PadChest', () => {
  const HEADER =
    'ImageID,ImageDir,StudyDate_DICOM,StudyID,PatientID,PatientBirth,PatientSex_DICOM,ViewPosition_DICOM,Projection,MethodProjection,MethodLabel,Labels';
  const TABLE = [
    HEADER,
    ...[0, 1, 2].map(
      (film) =>
        `${film}_k6.png,${film * 27},20140915,${film},${film},1930.0,F,nan,PA,Manual review of DICOM fields,Physician,"['normal']"`,
    ),
    '',
  ].join('\n');

  test.each([
    ['flat', () => ''],
    ['in 0/ to 54/', (film: number) => `${film * 27}/`],
    ['in 0/0/ to 54/54/', (film: number) => `${film * 27}/${film * 27}/`],
    ['in images/', () => 'images/'],
    ['in image_zips/0/', (film: number) => `image_zips/${film * 27}/`],
  ])('its 54 parts unpacked %s', async (_, folder) => {
    const { ids, reasons, lines } = await pairFiles(
      { adapter: 'padchest' },
      {
        'PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv.gz': gzipSync(TABLE),
        'PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv': TABLE,
        '0.zip': 'PK',
        '54.zip': 'PK',
        ...Object.fromEntries([0, 1, 2].map((film) => [`${folder(film)}${film}_k6.png`, film])),
      },
    );
    expect(ids).toEqual(['0_k6.png', '1_k6.png', '2_k6.png']);
    expect(reasons).toEqual({});
    expect(lines).toContain('2 files are no images: zip (2)');
  });
});

describe('SIIM', () => {
  const [a, b, c] = ['1.2.276.0.7230010.3.1.4.1', '1.2.276.0.7230010.3.1.4.2', '1.2.276.0.7230010.3.1.4.3'];
  const STAGE_1 = `ImageId, EncodedPixels\n${a}, -1\n${b}, 3 4 5 6\n`;
  const STAGE_2 = `ImageId,EncodedPixels\n${a},-1\n${b},3 4 5 6\n${c},-1\n`;
  const of = (part: string, id: string) => `dicom-images-${part}/${id}.1/${id}.2/${id}.dcm`;

  test.each([
    ['stage 1', { 'train-rle.csv': STAGE_1, [of('train', a)]: 0, [of('train', b)]: 1 }, 2],
    [
      'stage 2, whose table has the films that were the test of stage 1',
      { 'stage_2_train.csv': STAGE_2, [of('train', a)]: 0, [of('train', b)]: 1, [of('test', c)]: 2 },
      3,
    ],
    [
      'both tables: that of stage 2 has all rows',
      {
        'train-rle.csv': STAGE_1,
        'stage_2_train.csv': STAGE_2,
        [of('train', a)]: 0,
        [of('train', b)]: 1,
        [of('test', c)]: 2,
      },
      3,
    ],
    [
      'a folder siim/ beside the table of stage 2',
      {
        'stage_2_train.csv': STAGE_2,
        [`siim/${of('train', a)}`]: 0,
        [`siim/${of('test', c)}`]: 2,
        [`siim/${of('train', b)}`]: 1,
      },
      3,
    ],
    [
      'stage_2_images/',
      {
        'stage_2_train.csv': STAGE_2,
        'stage_2_sample_submission.csv': 'ImageId,EncodedPixels\n',
        ...Object.fromEntries([a, b, c].map((id, i) => [`stage_2_images/${id}.dcm`, i])),
      },
      3,
    ],
    [
      'a folder below the root',
      { 'siim/train-rle.csv': STAGE_1, [`siim/${of('train', a)}`]: 0, [`siim/${of('train', b)}`]: 1 },
      2,
    ],
  ] as [string, Files, number][])('as %s', async (_, files, count) => {
    const { ids, reasons } = await pairFiles({ adapter: 'siim-pneumothorax' }, files);
    expect(ids).toEqual([a, b, c].slice(0, count));
    expect(reasons).toEqual({});
  });
});

describe('VinDr-CXR', () => {
  const TABLE = 'image_id,rad_id,class_name,x_min,y_min,x_max,y_max\nf1,R1,No finding,,,,\n';
  const TEST = 'image_id,class_name,x_min,y_min,x_max,y_max\nf2,Pneumothorax,1,1,2,2\n';
  const PHYSIONET: Files = {
    'annotations/annotations_train.csv': TABLE,
    'annotations/annotations_test.csv': TEST,
    'annotations/image_labels_train.csv': 'image_id,rad_id,Pneumothorax\nf1,R1,0\n',
    'annotations/image_labels_test.csv': 'image_id,Pneumothorax\nf2,1\n',
    'LICENSE.txt': '',
    'SHA256SUMS.txt': '',
    'supplementary_file_DICOM_tags.pdf': '%PDF',
    'train/f1.dicom': 0,
    'test/f2.dicom': 1,
  };

  test.each([
    ['PhysioNet has it', PHYSIONET, '', ['f1', 'f2']],
    ['wget fetches it from PhysioNet', PHYSIONET, 'physionet.org/files/vindr-cxr/1.0.0', ['f1', 'f2']],
    ['Kaggle has it', { 'train.csv': TABLE, 'sample_submission.csv': '', 'train/f1.dicom': 0 }, '', ['f1']],
    ['Kaggle`s users made PNG of it', { 'train.csv': TABLE, 'train/f1.png': 0 }, '', ['f1']],
  ] as [string, Files, string, string[]][])('as %s', async (_, files, below, expected) => {
    const { ids, reasons } = await pairFiles({ adapter: 'vindr-cxr' }, files, below);
    expect(ids).toEqual(expected);
    expect(reasons).toEqual({});
  });

  test('the test films that Kaggle has without labels are images without a row', async () => {
    const { reasons } = await pairFiles(
      { adapter: 'vindr-cxr' },
      { 'train.csv': TABLE, 'train/f1.dicom': 0, 'test/f2.dicom': 1 },
    );
    expect(reasons).toEqual({ 'no-label-row': 1 });
  });
});

describe('RSNA as Kaggle has it', () => {
  const TABLE = 'patientId,x,y,width,height,Target\nf1,,,,,0\nf2,1,1,2,2,1\n';
  test.each([
    ['DICOM', (id: string) => `stage_2_train_images/${id}.dcm`],
    ['JPEG that users made', (id: string) => `stage_2_train_images_jpg/${id}.jpg`],
  ])('in %s', async (_, path) => {
    const { ids, reasons, lines } = await pairFiles(
      { adapter: 'rsna-pneumonia' },
      {
        'stage_2_train_labels.csv': TABLE,
        'stage_2_detailed_class_info.csv': 'patientId,class\nf1,Normal\nf2,Lung Opacity\n',
        'stage_2_sample_submission.csv': 'patientId,PredictionString\n',
        'GCP Credits Request Link - RSNA.txt': '',
        'stage_2_test_images/f3.dcm': 2,
        [path('f1')]: 0,
        [path('f2')]: 1,
      },
    );
    expect(ids).toEqual(['f1', 'f2']);
    expect(reasons).toEqual({});
    expect(lines).toContain('1 folder not of this layout: stage_2_test_images');
  });
});

describe('ChestX-Det', () => {
  const entry = (file_name: string) => ({ file_name, syms: [], boxes: [], polygons: [] });
  test.each([
    ['train_data/train/', 'test_data/test/'],
    ['train/', 'test/'],
    ['train_data/', 'test_data/'],
  ])('in %s and %s', async (train, test) => {
    const { ids, reasons } = await pairFiles(
      { adapter: 'chestx-det' },
      {
        'ChestX_Det_train.json': JSON.stringify([entry('36199.png')]),
        'ChestX_Det_test.json': JSON.stringify([entry('36200.png')]),
        'train_data.zip': 'PK',
        'README.md': '',
        [`${train}36199.png`]: 0,
        [`${test}36200.png`]: 1,
      },
    );
    expect(ids).toEqual(['36199.png', '36200.png']);
    expect(reasons).toEqual({});
  });
});
