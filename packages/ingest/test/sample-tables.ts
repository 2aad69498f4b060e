import { type SourceConfig, sourceConfig } from '@viewgap/contracts';

/** The smallest source in a layout that can be read: its tables, and the name of an image in them. */
export interface SampleTables {
  readonly config: SourceConfig;
  readonly tables: Readonly<Record<string, string>>;
  /** as it stands in each table that names images */
  readonly image: string;
}

const CHEXPERT_LABELS = [
  'No Finding,Enlarged Cardiomediastinum,Cardiomegaly,Lung Opacity,Lung Lesion,Edema,Consolidation,Pneumonia,Atelectasis',
  'Pneumothorax,Pleural Effusion,Pleural Other,Fracture,Support Devices',
].join(',');
const NO_LABELS = ','.repeat(13);
const NIH_TABLE = [
  'Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position',
  '00000001_000.png,Mass|Effusion,0,1,57,M,PA',
  '00000002_000.png,No Finding,0,2,81,F,AP',
  '',
].join('\n');
const PTX = { columns: ['ptx'], values: { Y: 1, N: 0 } };
const MAPPING = { image: 'file', patient: 'who', view: 'view', age: 'age', sex: 'sex', labels: { PTX } };
const MAPPED = ['file,who,view,age,sex,ptx', 'a/1.png,p1,PA,057Y,F,Y', 'a/2.png,p2,AP,,,N', ''].join('\n');
const MIMIC = 'mimic-cxr-2.0.0';

function sample(config: object, image: string, tables: SampleTables['tables']): SampleTables {
  return { config: sourceConfig.parse({ ...config, root: '.' }), image, tables };
}

/** One of each adapter and of each kind of table. */
export const SAMPLES: Readonly<Record<string, SampleTables>> = {
  nih: sample({ adapter: 'nih-chestxray14' }, '00000001_000.png', {
    'Data_Entry.csv': NIH_TABLE,
    'test_list.txt': '00000002_000.png\n',
  }),
  chexpert: sample({ adapter: 'chexpert' }, 'train/patient00001/study1/view1_frontal.jpg', {
    'train.csv': [
      `Path,Sex,Age,Frontal/Lateral,AP/PA,${CHEXPERT_LABELS}`,
      `train/patient00001/study1/view1_frontal.jpg,Female,68,Frontal,AP,1.0${NO_LABELS}`,
      `train/patient00002/study2/view1_frontal.jpg,Male,87,Frontal,PA,${NO_LABELS}`,
      '',
    ].join('\n'),
  }),
  mimic: sample({ adapter: 'mimic-cxr-jpg' }, 'a-1', {
    [`${MIMIC}-metadata.csv`]: 'dicom_id,subject_id,study_id,ViewPosition\na-1,10000032,50414267,AP\n',
    [`${MIMIC}-chexpert.csv`]: `subject_id,study_id,Lung Lesion,${CHEXPERT_LABELS.replace('Lung Lesion,', '')}\n10000032,50414267,1.0,${NO_LABELS}\n`,
    [`${MIMIC}-split.csv`]: 'dicom_id,study_id,subject_id,split\na-1,50414267,10000032,validate\n',
  }),
  padchest: sample({ adapter: 'padchest' }, '1_k6.png', {
    'PADCHEST_chest_x_ray_images_labels_160K.csv': [
      'ImageID,StudyDate_DICOM,StudyID,PatientID,PatientBirth,PatientSex_DICOM,ViewPosition_DICOM,Projection,MethodProjection,MethodLabel,Labels',
      `1_k6.png,20140915,1,839,1930.0,F,nan,PA,Manual review of DICOM fields,Physician,"['normal', ' pleural effusion']"`,
      '',
    ].join('\n'),
  }),
  vindr: sample({ adapter: 'vindr-cxr' }, '0005e8e3', {
    'train.csv':
      'image_id,class_name,class_id,rad_id\n0005e8e3,No finding,14,R1\n0005e8e3,Consolidation,4,R2\n',
  }),
  rsna: sample({ adapter: 'rsna-pneumonia' }, '0004cfab', {
    'stage_2_train_labels.csv': 'patientId,x,y,width,height,Target\n0004cfab,,,,,0\n',
    'stage_2_detailed_class_info.csv': 'patientId,class\n0004cfab,Normal\n',
    'stage_2_train_images_dicom_headers.csv':
      'Filename,ViewPosition,PatientAge,PatientSex\n0004cfab.dcm,PA,51,F\n',
  }),
  siim: sample({ adapter: 'siim-pneumothorax' }, '1.2.276.0.1', {
    'train-rle.csv': 'ImageId,EncodedPixels\n1.2.276.0.1,-1\n1.2.276.0.2,3 4 5 6\n',
  }),
  'chestx-det': sample({ adapter: 'chestx-det' }, '36199.png', {
    'ChestX_Det_test.json': JSON.stringify([
      { file_name: '36199.png', syms: ['Mass'], boxes: [[1, 2, 3, 4]], polygons: [[[1, 2]]] },
      { file_name: '36200.png', syms: [], boxes: [], polygons: [] },
    ]),
  }),
  ...Object.fromEntries(
    (['csv', 'tsv', 'json'] as const).map((kind) => [
      `folder of images, ${kind}`,
      sample({ adapter: 'png-folder', public: true, table: `labels.${kind}`, mapping: MAPPING }, 'a/1.png', {
        [`labels.${kind}`]:
          kind === 'json' ? asJson(MAPPED) : kind === 'tsv' ? MAPPED.replaceAll(',', '\t') : MAPPED,
      }),
    ]),
  ),
  hospital: sample(
    { adapter: 'dicom-folder', joinBy: 'path', table: 'labels.csv', mapping: MAPPING },
    'a/1.png',
    {
      'labels.csv': MAPPED,
    },
  ),
  'nih with overlay and id map': sample(
    {
      adapter: 'nih-chestxray14',
      overlays: [{ name: 'google2019', table: 'panel.csv' }],
      idMap: { table: 'map.json', image: 'name', sameAs: 'nih' },
    },
    '00000001_000.png',
    {
      'Data_Entry.csv': NIH_TABLE,
      'panel.csv': 'Image Index,Pneumothorax,Nodule or mass\n00000001_000.png,YES,NO\n',
      'map.json': JSON.stringify([{ name: '00000001_000.png', nih: '00000007_000.png' }]),
    },
  ),
};

function asJson(csv: string): string {
  const [header = '', ...rows] = csv.trim().split('\n');
  const objects = rows.map((row) =>
    Object.fromEntries(header.split(',').map((name, i) => [name, row.split(',')[i]])),
  );
  return JSON.stringify(objects);
}
