import { Readable } from 'node:stream';
import {
  DEFAULT_STUDY,
  LAYOUT_LABELS,
  type LabelledLayout,
  type LayoutName,
  sourceConfig,
} from '@viewgap/contracts';
import { CHEXPERT_LABELS } from './adapters/chexpert-labels.ts';
import { adapterOf } from './adapters/layouts.ts';
import { PADCHEST_OPEN } from './adapters/padchest-labels.ts';
import type { SourceRow } from './tables/rows/adapter.ts';

/** A label by its layout's own name, with the findings that it means by default. */
export interface LabelWord {
  readonly label: string;
  /** codes */
  readonly findings: readonly string[];
}

/** A text by which a layout's table names a view, and what ingest takes it for. */
export interface ViewWord extends Pick<SourceRow, 'view' | 'viewConflict' | 'supine'> {
  readonly column: string;
  /** empty: the cell is */
  readonly text: string;
  /** why films of this view are left out */
  readonly unusable: string | null;
}

/** All labels that an adapter knows, in the order of their names; empty where its table has none. */
export function labelWords(layout: LayoutName): readonly LabelWord[] {
  return (layout in LAYOUT_LABELS ? wordsOf(layout as LabelledLayout) : []).toSorted((a, b) =>
    a.label.toLowerCase() < b.label.toLowerCase() ? -1 : 1,
  );
}

function wordsOf(layout: LabelledLayout): LabelWord[] {
  const labels = [...LAYOUT_LABELS[layout], ...(layout === 'padchest' ? PADCHEST_OPEN : [])];
  return labels.map((label) => {
    const findings = Object.entries(DEFAULT_STUDY).filter(([, meant]) => meant[layout]?.includes(label));
    return { label, findings: findings.map(([code]) => code) };
  });
}

/** The texts of a column of views, and the tables of one film that has one of them. */
interface ViewColumn {
  readonly column: string;
  readonly texts: readonly string[];
  readonly tables: (text: string) => Readonly<Record<string, string>>;
}

const CHEXPERT_HEADER = `Path,Sex,Age,Frontal/Lateral,AP/PA,${CHEXPERT_LABELS.join(',')}`;
const CHEXPERT_BLANK = ','.repeat(CHEXPERT_LABELS.length);
const MIMIC = 'mimic-cxr-2.0.0';

const VIEW_COLUMNS: Readonly<Partial<Record<LayoutName, readonly ViewColumn[]>>> = {
  'nih-chestxray14': [
    {
      column: 'View Position',
      texts: ['AP', 'PA', ''],
      tables: (text) => ({
        'Data_Entry.csv': `Image Index,Finding Labels,Patient ID,Patient Age,Patient Gender,View Position\n1.png,No Finding,1,50,F,${text}\n`,
      }),
    },
  ],
  chexpert: [
    {
      column: 'AP/PA',
      texts: ['AP', 'PA', 'LL', 'RL', ''],
      tables: (text) => ({
        'train.csv': `${CHEXPERT_HEADER}\ntrain/patient1/study1/view1_frontal.jpg,Female,50,Frontal,${text}${CHEXPERT_BLANK}\n`,
      }),
    },
    {
      column: 'Frontal/Lateral',
      texts: ['Lateral'],
      tables: (text) => ({
        'train.csv': `${CHEXPERT_HEADER}\ntrain/patient1/study1/view2_lateral.jpg,Female,50,${text},${CHEXPERT_BLANK}\n`,
      }),
    },
  ],
  'mimic-cxr-jpg': [
    {
      column: 'ViewPosition',
      texts: [
        ...[
          'AP',
          'PA',
          'LATERAL',
          'LL',
          '',
          'XTABLE LATERAL',
          'AP AXIAL',
          'AP LLD',
          'AP RLD',
          'PA LLD',
          'PA RLD',
        ],
        ...['LAO', 'RAO', 'LPO', 'RPO', 'SWIMMERS', 'L5 S1'],
      ],
      tables: (text) => ({
        [`${MIMIC}-metadata.csv`]: `dicom_id,subject_id,study_id,ViewPosition\na,1,2,${text}\n`,
        [`${MIMIC}-chexpert.csv`]: `study_id,${CHEXPERT_LABELS.join(',')}\n2${CHEXPERT_BLANK}\n`,
      }),
    },
  ],
  padchest: [
    {
      column: 'Projection',
      texts: ['PA', 'AP', 'AP_horizontal', 'L', 'COSTAL', 'EXCLUDE', 'UNK'],
      tables: (text) => ({
        'PADCHEST_chest_x_ray_images_labels.csv': `ImageID,StudyDate_DICOM,StudyID,PatientID,PatientBirth,PatientSex_DICOM,ViewPosition_DICOM,Projection,MethodProjection,MethodLabel,Labels\n1.png,20150101,1,1,1950,F,nan,${text},Manual review of DICOM fields,Physician,['normal']\n`,
      }),
    },
  ],
  'rsna-pneumonia': [
    {
      column: 'ViewPosition of stage_2_train_images_dicom_headers.csv',
      texts: ['AP', 'PA'],
      tables: (text) => ({
        'stage_2_train_labels.csv': 'patientId,Target\n1,0\n',
        'stage_2_train_images_dicom_headers.csv': `Filename,ViewPosition,PatientAge,PatientSex\n1.dcm,${text},50,F\n`,
      }),
    },
  ],
};

/** What ingest takes each text for by which a layout's table names a view: the adapter itself reads it. */
export async function viewWords(layout: LayoutName): Promise<readonly ViewWord[]> {
  const adapter = await adapterOf(sourceConfig.parse({ adapter: layout, root: '.', ...OPTIONS[layout] }));
  const words: ViewWord[] = [];
  for (const { column, texts, tables } of VIEW_COLUMNS[layout] ?? []) {
    for (const text of texts) {
      const files = Object.entries(tables(text)).map(([path, content]) => ({
        path,
        bytes: () => Readable.from([Buffer.from(content)]),
      }));
      const [row] = (await adapter.parse(files)).rows;
      if (!row) throw new Error(`${layout} reads no row of its own reference`);
      const { view, viewConflict, supine, unusable } = row;
      words.push({ column, text, view, viewConflict, supine, unusable: unusable?.reason ?? null });
    }
  }
  return words;
}

/** Settings without which a layout cannot be read. */
const OPTIONS: Readonly<Partial<Record<LayoutName, object>>> = {
  'png-folder': { table: 'labels.csv', mapping: { image: 'image' } },
  'dicom-folder': { table: 'labels.csv', mapping: { image: 'image' } },
};
