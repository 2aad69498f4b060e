import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { pairFiles, readFiles } from '../../test/unpacked.ts';

const LABELS = [
  'No Finding,Enlarged Cardiomediastinum,Cardiomegaly,Lung Opacity,Lung Lesion,Edema,Consolidation,Pneumonia',
  'Atelectasis,Pneumothorax,Pleural Effusion,Pleural Other,Fracture,Support Devices',
].join(',');
const NONE = ','.repeat(13);

describe('CheXpert', () => {
  const HEADER = `Path,Sex,Age,Frontal/Lateral,AP/PA,${LABELS}`;
  const film = (patient: string, view = 'AP', part = 'train') =>
    `CheXpert-v1.0/${part}/patient${patient}/study1/view1_frontal.jpg,Male,50,Frontal,${view},${NONE}`;
  const TRAIN = [HEADER, film('00001'), film('21514', 'PA'), film('43018'), ''].join('\n');
  const VALID = [HEADER, film('64541', 'PA', 'valid'), ''].join('\n');
  const IDS = ['00001', '21514', '43018'].map((one) => `train/patient${one}/study1/view1_frontal.jpg`);
  const VALID_ID = 'valid/patient64541/study1/view1_frontal.jpg';
  const [first, second, third] = IDS as [string, string, string];

  test.each([
    [
      'as its archives are called',
      'CheXpert-v1.0 batch 1 (validate & csv)',
      (n: number) => `CheXpert-v1.0 batch ${n} (train ${n - 1})`,
    ],
    [
      'without the name of the release',
      'batch 1 (validate & csv)',
      (n: number) => `batch ${n} (train ${n - 1})`,
    ],
    [
      'without blanks',
      'CheXpert-v1.0_batch_1_validate_csv',
      (n: number) => `CheXpert-v1.0_batch_${n}_train_${n - 1}`,
    ],
  ])('in the folders of its four archives, %s', async (_, one, train) => {
    const { ids, reasons } = await pairFiles(
      { adapter: 'chexpert' },
      {
        'README.md': '# CheXpert',
        'train_cheXbert.csv': TRAIN,
        'CheXpert-v1.0 batch 2 (train 1).zip': 'PK',
        [`${one}/train.csv`]: TRAIN,
        [`${one}/valid.csv`]: VALID,
        [`${one}/${VALID_ID}`]: 0,
        [`${train(2)}/${first.replace('train/', '')}`]: 1,
        [`${train(3)}/${second.replace('train/', '')}`]: 2,
        [`${train(4)}/${third}`]: 3,
      },
    );
    expect(ids).toEqual([...IDS, VALID_ID]);
    expect(reasons).toEqual({});
  });

  test('with its tables in the root, beside the folders of the archives', async () => {
    const { ids, reasons } = await pairFiles(
      { adapter: 'chexpert' },
      {
        'train.csv': TRAIN,
        'train.csv.gz': gzipSync(TRAIN),
        'CheXpert-v1.0 batch 2 (train 1)/patient00001/study1/view1_frontal.jpg': 1,
        'CheXpert-v1.0 batch 3 (train 2)/patient21514/study1/view1_frontal.jpg': 2,
        'CheXpert-v1.0 batch 4 (train 3)/patient43018/study1/view1_frontal.jpg': 3,
      },
    );
    expect(ids).toEqual(IDS);
    expect(reasons).toEqual({});
  });

  test('below the root, as its small release unpacks', async () => {
    const files = { 'train.csv': TRAIN, [first]: 1, [second]: 2, [third]: 3 };
    const { ids, lines } = await pairFiles({ adapter: 'chexpert' }, files, 'CheXpert-v1.0-small');
    expect(ids).toEqual(IDS);
    expect(lines).toContain('read from CheXpert-v1.0-small');
  });

  test('with its test labels, which tell neither view nor age: these are not known', async () => {
    const { records, reasons } = await readFiles(
      { adapter: 'chexpert' },
      {
        'train.csv': [HEADER, film('00001'), ''].join('\n'),
        'test_labels.csv': `Path,${LABELS}\nCheXpert-v1.0/test/patient64741/study1/view1_frontal.jpg,0.0${',0.0'.repeat(8)},1.0${',0.0'.repeat(4)}\n`,
        [first]: 1,
        'test/patient64741/study1/view1_frontal.jpg': 2,
      },
    );
    expect(reasons).toEqual({});
    expect(records).toHaveLength(2);
    const tested = records.find(({ official_split }) => official_split === 'test');
    expect(JSON.parse(tested?.labels as string)).toMatchObject({
      present: ['Pneumothorax'],
      absent: expect.arrayContaining(['Consolidation']),
    });
    expect(tested).toMatchObject({
      image_id: 'test/patient64741/study1/view1_frontal.jpg',
      patient_id: 'patient64741',
      view: 'unknown',
      view_source: 'none',
      view_conflict: false,
      age_years: null,
      sex: null,
    });
  });

  test('as CheXlocalize has its validation films, in val/', async () => {
    const { ids } = await pairFiles(
      { adapter: 'chexpert' },
      {
        'val_labels.csv': `Path,${LABELS}\nCheXpert-v1.0/val/patient64541/study1/view1_frontal.jpg,${'0.0,'.repeat(13)}0.0\n`,
        'val/patient64541/study1/view1_frontal.jpg': 0,
      },
      'chexlocalize/CheXpert',
    );
    expect(ids).toEqual([VALID_ID]);
  });

  test('a train.csv without views is refused: only tables of labels may lack them', async () => {
    await expect(
      pairFiles({ adapter: 'chexpert' }, { 'train.csv': `Path,${LABELS}\n`, [first]: 1 }),
    ).rejects.toThrow('no column "Sex": train.csv');
  });

  test('two releases below one root are refused with their names', async () => {
    await expect(
      pairFiles(
        { adapter: 'chexpert' },
        { 'CheXpert-v1.0/train.csv': TRAIN, 'CheXpert-v1.0-small/train.csv': TRAIN },
      ),
    ).rejects.toThrow(
      'label tables in several folders: CheXpert-v1.0, CheXpert-v1.0-small (name one of them as the root)',
    );
  });
});
