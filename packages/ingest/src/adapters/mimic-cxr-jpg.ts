import { type LayoutConfig, UserError } from '@viewgap/contracts';
import { readCsv } from '../tables/csv-table.ts';
import { isImageFile, isPlainId, stem } from '../tables/file-name.ts';
import type {
  Adapter,
  BadRow,
  OfficialSplit,
  ParsedTable,
  SourceRow,
  SourceTable,
} from '../tables/rows/adapter.ts';
import { statedRow } from '../tables/stated-row.ts';
import { UnreadTexts } from '../tables/unread-texts.ts';
import { readView } from '../view/grammar.ts';
import { statedView } from '../view/statement.ts';
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

/**
 * Views that are neither AP nor PA nor lateral, with the number of images of each: AP AXIAL 2, AP LLD 2, AP RLD 2,
 * PA LLD 4, PA RLD 1, LAO 3, RAO 3, LPO 1, SWIMMERS 1. 15,769 have no ViewPosition, and no view code either: of these
 * the procedure tells AP where it is `CHEST (PORTABLE AP)`. `CHEST (PA AND LAT)` is of two films and tells nothing of one,
 * 22,043 of AP among them.
 */
const STATEMENTS = [
  { key: 'view', source: 'metadata' },
  { key: 'code', source: 'metadata' },
  { key: 'procedure', source: 'text', ofStudy: true },
  { key: 'procedureCode', source: 'text', ofStudy: true },
] as const;

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
  procedure: ['PerformedProcedureStepDescription'],
  procedureCode: ['ProcedureCodeSequence_CodeMeaning'],
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
    hasOwnNames: true,
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
  const unread = new UnreadTexts('view positions');
  const labelSet = labeller === 'chexpert' ? 'report' : 'report negbio';
  for await (const { ref, cells } of readCsv(metadata, METADATA, bad, MORE_METADATA)) {
    const detail = flaw(cells);
    if (detail !== null) {
      bad.push({ ref, detail });
      continue;
    }
    const stated = statedView(
      STATEMENTS.map(({ key, ...where }) => ({ ...where, reading: readView(cells[key]) })),
    );
    if (readView(cells.view).says === 'nothing') unread.add(cells.view);
    rows.push(
      statedRow({
        ref,
        imageId: cells.image,
        patientId: cells.patient,
        studyId: cells.study,
        view: stated.view,
        viewSource: stated.source,
        viewConflict: stated.conflict,
        supine: readView(cells.orientation).supine ?? stated.supine,
        ...studies.get(cells.study),
        labelSet,
        officialSplit: splits.get(cells.image) ?? null,
      }),
    );
  }
  return { rows, bad, doubts: unread.doubts(metadata.path) };
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
