import { UserError, type View } from '@viewgap/contracts';
import { parseAge } from '../tables/age.ts';
import { readCsv } from '../tables/csv-table.ts';
import { baseName, isImageFile, isInnerPath, isVisible } from '../tables/file-name.ts';
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
 * CheXpert. Irvin, Rajpurkar, Ko, ...: CheXpert: a large chest radiograph dataset with uncertainty labels and expert
 * comparison, AAAI 2019. Labelled by its labeller from reports; its own split is that of train.csv and valid.csv.
 * 17 frontal rows of train.csv give LL or RL where AP or PA should be: their view is not known, and contradictory.
 */
export const CHEXPERT_COUNTS = {
  rows: 223_414,
  patients: 64_540,
  AP: 161_590,
  PA: 29_420,
  LATERAL: 32_387,
  unknown: 17,
} as const;

const TABLES: Readonly<Record<string, OfficialSplit>> = { train: 'train', valid: 'val', test: 'test' };
const TABLE = /^(train|valid|test)(_labels)?\.csv(\.gz)?$/i;

const COLUMNS = {
  path: ['Path'],
  sex: ['Sex'],
  age: ['Age'],
  plane: ['Frontal/Lateral'],
  view: ['AP/PA'],
  ...CHEXPERT_COLUMNS,
} as const;
type Cells = Readonly<Record<keyof typeof COLUMNS, string>>;

const PLANES = ['Frontal', 'Lateral', ''];
const VIEWS_OF_CHEXPERT: Readonly<Record<string, View>> = {
  AP: 'AP',
  PA: 'PA',
  LL: 'LATERAL',
  RL: 'LATERAL',
  '': 'unknown',
};
const SEXES: Readonly<Record<string, 'F' | 'M'>> = { Female: 'F', Male: 'M' };

/** CheXpert-v1.0/ and CheXpert-v1.0-small/ are where train.csv lies, so they are not part of an image's id. */
const RELEASE = /^CheXpert-v1\.0[^/]*\//;
const IMAGE_ID = /^(?:train|valid|test)\/(patient\d+)\/(study\d+)\/[^/]+$/;

export default function chexpert(): Adapter {
  return {
    patientNamespace: 'chexpert',
    expects: 'train.csv (and valid.csv), and the images in train/patient*/study*/ (and valid/)',
    labels: CHEXPERT_LABELS,
    enters: (folder) => /^(train|valid|test)(\/patient\d+(\/study\d+)?)?$/.test(folder),
    isTable: (path) => TABLE.test(path),
    isImage: (path) => isImageFile(path) && isVisible(path),
    imageId: (path) => path,
    parse,
  };
}

async function parse(tables: readonly SourceTable[]): Promise<ParsedTable> {
  if (tables.length === 0)
    throw new UserError('no label table', 'train.csv', 'name the folder that holds it');
  const rows: SourceRow[] = [];
  const bad: BadRow[] = [];
  for (const table of tables) {
    const split = TABLES[(TABLE.exec(table.path)?.[1] ?? '').toLowerCase()] ?? null;
    for await (const { ref, cells } of readCsv(table, COLUMNS, bad)) {
      const detail = flaw(cells);
      if (detail !== null) bad.push({ ref, detail });
      else rows.push(sourceRow(ref, cells, split));
    }
  }
  return { rows, bad };
}

function flaw(cells: Cells): string | null {
  const id = cells.path.replace(RELEASE, '');
  if (!isInnerPath(id) || !IMAGE_ID.test(id)) return 'the path is not that of an image of CheXpert';
  if (!PLANES.includes(cells.plane)) return 'neither Frontal nor Lateral';
  if (!Object.hasOwn(VIEWS_OF_CHEXPERT, cells.view)) return 'an AP/PA that is none of AP, PA, LL, RL';
  return areCheXpertValues(cells) ? null : 'a label that is none of 1, 0, -1 and blank';
}

function sourceRow(ref: string, cells: Cells, officialSplit: OfficialSplit | null): SourceRow {
  const imageId = cells.path.replace(RELEASE, '');
  const [, patient = '', study = ''] = IMAGE_ID.exec(imageId) ?? [];
  const { view, conflict } = viewOf(cells, baseName(imageId));
  return {
    ...UNKNOWN_ROW,
    ref,
    imageId,
    patientId: patient,
    studyId: `${patient}/${study}`,
    view,
    viewSource: view === 'unknown' ? 'none' : 'metadata',
    viewConflict: conflict,
    ageYears: parseAge(cells.age),
    sex: SEXES[cells.sex] ?? null,
    ...cheXpertLabels(cells),
    labelSet: 'report',
    officialSplit,
  };
}

/** The plane, the projection and the file's name must agree; where they do not, no view is believed. */
function viewOf({ plane, view }: Cells, name: string): { readonly view: View; readonly conflict: boolean } {
  const projection = VIEWS_OF_CHEXPERT[view] ?? 'unknown';
  const stated = [
    plane === 'Lateral' ? 'lateral' : plane === 'Frontal' ? 'frontal' : null,
    projection === 'unknown' ? null : projection === 'LATERAL' ? 'lateral' : 'frontal',
    /_(frontal|lateral)\.\w+$/.exec(name)?.[1] ?? null,
  ].filter((one) => one !== null);
  if (new Set(stated).size > 1) return { view: 'unknown', conflict: true };
  return { view: stated[0] === 'lateral' ? 'LATERAL' : projection, conflict: false };
}
