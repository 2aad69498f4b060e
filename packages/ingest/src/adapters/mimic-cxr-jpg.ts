import { type LayoutConfig, UserError, type View } from '@viewgap/contracts';
import { readCsv } from '../tables/csv-table.ts';
import { isImageFile, isPlainId, stem } from '../tables/file-name.ts';
import { UnknownNames } from '../tables/labels.ts';
import type {
  Adapter,
  BadRow,
  OfficialSplit,
  ParsedTable,
  SourceRow,
  SourceTable,
} from '../tables/rows/adapter.ts';
import { UNKNOWN_ROW } from '../tables/unknown-row.ts';
import { areCheXpertValues, CHEXPERT_COLUMNS, CHEXPERT_LABELS, cheXpertLabels } from './chexpert-labels.ts';

/**
 * MIMIC-CXR-JPG 2.0.0 and 2.1.0. Johnson, Pollard, Greenbaum, ...: MIMIC-CXR-JPG, arXiv 1901.07042, 2019. Labelled by
 * two labellers from reports, study by study. Its tables need a credential and were not seen: columns and values are
 * those of its documentation, the counts of views those that its users have published.
 */
export const MIMIC_COUNTS = {
  rows: 377_110,
  studies: 227_827,
  AP: 147_173,
  PA: 96_161,
  LATERAL: 82_853 + 35_133,
} as const;

/** ViewPosition, with the number of images of each. The rare ones are oblique, decubitus or of another region. */
const VIEWS_OF_MIMIC: Readonly<Record<string, View>> = {
  AP: 'AP', // 147,173
  PA: 'PA', // 96,161
  LATERAL: 'LATERAL', // 82,853
  LL: 'LATERAL', // 35,133
  '': 'unknown', // 15,769
  'XTABLE LATERAL': 'LATERAL', // 2
  'AP AXIAL': 'unknown', // 2
  'AP LLD': 'unknown', // 2
  'AP RLD': 'unknown', // 2
  'PA LLD': 'unknown', // 4
  'PA RLD': 'unknown', // 1
  LAO: 'unknown', // 3
  RAO: 'unknown', // 3
  LPO: 'unknown', // 1
  RPO: 'unknown',
  SWIMMERS: 'unknown', // 1
  'L5 S1': 'unknown',
};

/** ViewCodeSequence_CodeMeaning: the second statement on the view. Other texts say nothing of it. */
const VIEW_CODES: Readonly<Record<string, View>> = {
  'antero-posterior': 'AP',
  'postero-anterior': 'PA',
  lateral: 'LATERAL',
  'left lateral': 'LATERAL',
};

const SUPINE: Readonly<Record<string, boolean>> = { Recumbent: true, Erect: false };
const SPLITS_OF_MIMIC: Readonly<Record<string, OfficialSplit>> = {
  train: 'train',
  validate: 'val',
  test: 'test',
};

const METADATA = {
  image: ['dicom_id'],
  patient: ['subject_id'],
  study: ['study_id'],
  view: ['ViewPosition'],
} as const;
const MORE_METADATA = {
  code: ['ViewCodeSequence_CodeMeaning'],
  orientation: ['PatientOrientationCodeSequence_CodeMeaning'],
} as const;

const TABLE = /^mimic-cxr-[\d.]+-(metadata|split|chexpert|negbio)\.csv(\.gz)?$/;
type Options = Pick<LayoutConfig<'mimic-cxr-jpg'>, 'labeller'>;

export default function mimicCxrJpg(options: Options): Adapter {
  return {
    patientNamespace: 'mimic',
    expects: `mimic-cxr-*-metadata.csv.gz, -${options.labeller}.csv.gz and -split.csv.gz, and the images in files/p*/p*/s*/`,
    labels: CHEXPERT_LABELS,
    enters: (folder) => folder === 'files' || /^(files\/)?p\d{2}(\/p\d+(\/s\d+)?)?$/.test(folder),
    isTable: (path) =>
      kindOf(path) === 'metadata' || kindOf(path) === 'split' || kindOf(path) === options.labeller,
    isImage: isImageFile,
    imageId: stem,
    parse: (tables) => parse(tables, options),
  };
}

function kindOf(path: string): string | undefined {
  return TABLE.exec(path)?.[1];
}

async function parse(tables: readonly SourceTable[], { labeller }: Options): Promise<ParsedTable> {
  const table = (kind: string): SourceTable => {
    const found = tables.find(({ path }) => kindOf(path) === kind);
    if (!found) throw new UserError('no such table', `mimic-cxr-*-${kind}.csv.gz`, 'put it into the root');
    return found;
  };
  const bad: BadRow[] = [];
  const studies = await studyLabels(table(labeller), bad);
  const splits = await officialSplits(tables, bad);
  const rows: SourceRow[] = [];
  const metadata = table('metadata');
  const unknown = new UnknownNames('view positions', Object.keys(VIEWS_OF_MIMIC));
  const labelSet = labeller === 'chexpert' ? 'report' : 'report negbio';
  for await (const { ref, cells } of readCsv(metadata, METADATA, bad, MORE_METADATA)) {
    const detail = flaw(cells);
    if (detail !== null) {
      bad.push({ ref, detail });
      continue;
    }
    if (!Object.hasOwn(VIEWS_OF_MIMIC, cells.view)) unknown.add(cells.view);
    const view = VIEWS_OF_MIMIC[cells.view] ?? 'unknown';
    const second = VIEW_CODES[cells.code];
    rows.push({
      ...UNKNOWN_ROW,
      ref,
      imageId: cells.image,
      patientId: cells.patient,
      studyId: cells.study,
      view: view === 'unknown' && cells.view === '' ? (second ?? 'unknown') : view,
      viewSource: view === 'unknown' && (cells.view !== '' || second === undefined) ? 'none' : 'metadata',
      viewConflict: view !== 'unknown' && second !== undefined && second !== view,
      supine: SUPINE[cells.orientation] ?? null,
      ...studies.get(cells.study),
      labelSet,
      officialSplit: splits.get(cells.image) ?? null,
    });
  }
  unknown.refuse(metadata.path);
  return { rows, bad };
}

type StudyLabels = ReturnType<typeof cheXpertLabels>;

function flaw({ image, patient, study }: Readonly<Record<keyof typeof METADATA, string>>): string | null {
  if (!isPlainId(image)) return 'the dicom_id is empty or malformed';
  return /^\d+$/.test(patient) && /^\d+$/.test(study) ? null : 'the subject or study id is not a number';
}

async function studyLabels(table: SourceTable, bad: BadRow[]) {
  const studies = new Map<string, StudyLabels>();
  const columns = { study: ['study_id'], ...CHEXPERT_COLUMNS } as const;
  for await (const { ref, cells } of readCsv(table, columns, bad)) {
    if (areCheXpertValues(cells)) studies.set(cells.study, cheXpertLabels(cells));
    else bad.push({ ref, detail: 'a label that is none of 1, 0, -1 and blank' });
  }
  return studies;
}

async function officialSplits(tables: readonly SourceTable[], bad: BadRow[]) {
  const splits = new Map<string, OfficialSplit>();
  for (const table of tables.filter(({ path }) => kindOf(path) === 'split')) {
    for await (const { ref, cells } of readCsv(table, { image: ['dicom_id'], split: ['split'] }, bad)) {
      const split = SPLITS_OF_MIMIC[cells.split];
      if (split === undefined) bad.push({ ref, detail: 'a split that is none of train, validate and test' });
      else splits.set(cells.image, split);
    }
  }
  return splits;
}
