import { UserError } from '@viewgap/contracts';
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
import { sexOf } from '../tables/sex.ts';
import { distinctTables } from '../tables/source-table.ts';
import { statedRow } from '../tables/stated-row.ts';
import { readView } from '../view/grammar.ts';
import { type StatedView, statedView } from '../view/statement.ts';
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

const TABLES: Readonly<Record<string, OfficialSplit>> = {
  train: 'train',
  valid: 'val',
  val: 'val',
  test: 'test',
};

/**
 * The whole release is four archives, whose folders are `CheXpert-v1.0 batch 1 (validate & csv)`, with the tables and
 * `valid`, and `CheXpert-v1.0 batch 2 (train 1)` to `batch 4 (train 3)`, with the patients of `train`. Films of validation
 * and test come with CheXlocalize, too: in `val` and `test`, with tables of labels alone.
 */
const BATCH = /(?:CheXpert-v1\.0[ _]?)?batch[ _]?\d[^/]*/.source;
const TABLE = new RegExp(`^(?:${BATCH}/)?(train|valid|val|test)(_labels)?\\.csv(\\.gz)?$`, 'i');
const FOLDER = new RegExp(
  `^(?:${BATCH}(?:/|$))?(?:(?:train|valid|val|test)(?:/|$))?(?:patient\\d+(?:/study\\d+)?)?$`,
  'i',
);
/** A film below the folder of its release, of its archive, or both. */
const FILM =
  /^(?:(CheXpert-v1\.0[^/]*|batch[ _]?\d[^/]*)\/)*(?:(train|valid|val|test)\/)?(patient\d+\/study\d+\/[^/]+)$/;

const PATH = { path: ['Path'] } as const;
const FACTS = { sex: ['Sex'], age: ['Age'], plane: ['Frontal/Lateral'], view: ['AP/PA'] } as const;
const COLUMNS = { ...PATH, ...FACTS, ...CHEXPERT_COLUMNS } as const;
type Cells = Readonly<Record<keyof typeof COLUMNS, string>>;

const PLANES = ['frontal', 'lateral', ''];

const IMAGE_ID = /^(?:train|valid|test)\/(patient\d+)\/(study\d+)\/[^/]+$/;

export default function chexpert(): Adapter {
  return {
    patientNamespace: 'chexpert',
    expects:
      'train.csv (and valid.csv), and the images in train/patient*/study*/ (and valid/), or both in the folders of its four archives',
    labels: CHEXPERT_LABELS,
    hasOwnNames: true,
    enters: (folder) => FOLDER.test(folder),
    isTable: (path) => TABLE.test(path),
    isImage: (path) => isImageFile(path) && isVisible(path),
    imageId: filmOf,
    parse,
  };
}

async function parse(tables: readonly SourceTable[]): Promise<ParsedTable> {
  if (tables.length === 0)
    throw new UserError('no label table', 'train.csv', 'name the folder that holds it');
  const rows: SourceRow[] = [];
  const bad: BadRow[] = [];
  for (const table of await distinctTables(tables)) {
    const [, part = '', labelsOnly] = TABLE.exec(table.path) ?? [];
    const split = TABLES[part.toLowerCase()] ?? null;
    const read = labelsOnly
      ? readCsv(table, { ...PATH, ...CHEXPERT_COLUMNS }, bad, FACTS)
      : readCsv(table, COLUMNS, bad);
    for await (const { ref, cells } of read) {
      const detail = flaw(cells);
      if (detail !== null) bad.push({ ref, detail });
      else rows.push(sourceRow(ref, cells, split));
    }
  }
  return { rows, bad };
}

/** A film's name, wherever it was unpacked: `train/patient00001/study1/view1_frontal.jpg`. */
function filmOf(path: string): string {
  const [, archive = '', part = /train/i.test(archive) ? 'train' : '', film] = FILM.exec(path) ?? [];
  if (film === undefined || part === '') return path;
  return `${part === 'val' ? 'valid' : part}/${film}`;
}

function flaw(cells: Cells): string | null {
  const id = filmOf(cells.path);
  if (!isInnerPath(id) || !IMAGE_ID.test(id)) return 'the path is not that of an image of CheXpert';
  if (!PLANES.includes(cells.plane.toLowerCase())) return 'neither Frontal nor Lateral';
  if (cells.view !== '' && readView(cells.view).says === 'nothing') {
    return 'an AP/PA that is none of AP, PA, LL, RL';
  }
  return areCheXpertValues(cells) ? null : 'a label that is none of 1, 0, -1 and blank';
}

function sourceRow(ref: string, cells: Cells, officialSplit: OfficialSplit | null): SourceRow {
  const imageId = filmOf(cells.path);
  const [, patient = '', study = ''] = IMAGE_ID.exec(imageId) ?? [];
  const { view, supine, conflict } = viewOf(cells, baseName(imageId));
  return statedRow({
    ref,
    imageId,
    patientId: patient,
    studyId: `${patient}/${study}`,
    view,
    viewSource: view === 'unknown' ? 'none' : 'metadata',
    viewConflict: conflict,
    supine,
    ageYears: parseAge(cells.age),
    sex: sexOf(cells.sex),
    ...cheXpertLabels(cells),
    labelSet: 'report',
    officialSplit,
  });
}

/** The plane, the projection and the file's name must agree; where they do not, no view is believed. */
function viewOf(
  { plane, view: text }: Cells,
  name: string,
): Pick<StatedView, 'view' | 'supine' | 'conflict'> {
  const { view: projection, supine } = statedView([{ reading: readView(text), source: 'metadata' }]);
  const stated = [
    plane.toLowerCase() || null,
    projection === 'unknown' ? null : projection === 'LATERAL' ? 'lateral' : 'frontal',
    /_(frontal|lateral)\.\w+$/.exec(name)?.[1] ?? null,
  ].filter((one) => one !== null);
  if (new Set(stated).size > 1) return { view: 'unknown', supine, conflict: true };
  return { view: stated[0] === 'lateral' ? 'LATERAL' : projection, supine, conflict: false };
}
