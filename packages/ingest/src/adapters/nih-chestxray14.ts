import { LAYOUT_LABELS, nearestName } from '@viewgap/contracts';
import { parseAge } from '../tables/age.ts';
import { readCsv } from '../tables/csv-table.ts';
import { baseName, isImageFile, isPlainFileName } from '../tables/file-name.ts';
import { UnknownNames } from '../tables/labels.ts';
import type {
  Adapter,
  BadRow,
  OfficialSplit,
  ParsedTable,
  SourceRow,
  SourceTable,
} from '../tables/rows/adapter.ts';
import { listed } from '../tables/rows/statement.ts';
import { sexOf } from '../tables/sex.ts';
import { onlyTable, readLines } from '../tables/source-table.ts';
import { statedRow } from '../tables/stated-row.ts';
import { viewFacts } from '../tables/view-column.ts';
import { readView } from '../view/grammar.ts';

/**
 * NIH ChestX-ray14. Wang, Peng, Lu, Lu, Bagheri, Summers: ChestX-ray8, CVPR 2017, and its later release of
 * 14 labels. Labelled by text mining; a finding that is not listed is absent. Its own split is that of
 * train_val_list.txt and test_list.txt, by patient.
 */
export const NIH_COUNTS = { rows: 112_120, patients: 30_805, PA: 67_310, AP: 44_810 } as const;

const LABELS: readonly string[] = LAYOUT_LABELS['nih-chestxray14'];
export const NIH_NO_FINDING = 'No Finding';

/** Needed columns, each by the names that NIH's releases have given it. */
const COLUMNS = {
  image: ['Image Index'],
  labels: ['Finding Labels'],
  patient: ['Patient ID'],
  age: ['Patient Age'],
  sex: ['Patient Gender', 'Patient Sex'],
  view: ['View Position'],
} as const;

/** The film's own size: the published images are 1024 x 1024 whatever it was. */
const SIZE = {
  width: ['OriginalImage[Width', 'OriginalImageWidth'],
  height: ['Height]', 'OriginalImageHeight'],
} as const;

/** `sample_labels.csv` is that of the 5,606 films which Kaggle has as a sample, some of them unpacked twice. */
const TABLE = /^(?:Data_Entry[^/]*|(?:sample\/){0,2}sample_labels)\.csv(\.gz)?$/i;
/** Archives of NIH hold `images`, wherever they are unpacked. */
const FOLDER = /^(?:sample(?:\/|$)){0,2}(?:images(?:_\d+)?(?:\/|$)){0,2}$/i;
const LISTS: Readonly<Record<string, OfficialSplit>> = {
  'train_val_list.txt': 'train-val',
  'test_list.txt': 'test',
};

const EXPECTS =
  'a Data_Entry*.csv or sample_labels.csv, and the images beside it, in images/ or in images_001/images/ and so on';

export default function nihChestXray14(): Adapter {
  return {
    patientNamespace: 'nih',
    expects: EXPECTS,
    labels: LABELS,
    hasOwnNames: true,
    enters: (folder) => FOLDER.test(folder),
    isTable: (path) => TABLE.test(path) || Object.hasOwn(LISTS, path),
    isImage: isImageFile,
    imageId: baseName,
    parse,
  };
}

/** The patient of an image name of NIH: its first eight digits. Null where it is no such name. */
export function nihPatient(imageId: string): string | null {
  return /^(\d{8})_\d{3}\.png$/.exec(imageId)?.[1] ?? null;
}

async function parse(tables: readonly SourceTable[]): Promise<ParsedTable> {
  const labels = tables.filter(({ path }) => TABLE.test(path));
  const table = await onlyTable(labels, 'Data_Entry*.csv', EXPECTS);
  const splits = await officialSplits(tables);
  const rows: SourceRow[] = [];
  const bad: BadRow[] = [];
  const unknown = new UnknownNames('finding labels', LABELS);
  for await (const { ref, cells } of readCsv(table, COLUMNS, bad, SIZE)) {
    const names = cells.labels.split('|').map((name) => name.trim());
    for (const name of names) if (!LABELS.includes(name) && name !== '') unknown.add(name);
    const detail = flaw(cells, names);
    if (detail !== null) bad.push({ ref, detail });
    else rows.push(sourceRow(ref, cells, names, splits));
  }
  unknown.refuse(table.path);
  return { rows, bad };
}

async function officialSplits(tables: readonly SourceTable[]): Promise<ReadonlyMap<string, OfficialSplit>> {
  const splits = new Map<string, OfficialSplit>();
  for (const table of tables) {
    const split = LISTS[table.path];
    if (split === undefined) continue;
    for (const image of await readLines(table)) splits.set(image, split);
  }
  return splits;
}

type Cells = Readonly<Record<keyof typeof COLUMNS | keyof typeof SIZE, string>>;

function flaw(cells: Cells, names: readonly string[]): string | null {
  if (!isPlainFileName(cells.image)) return 'the image index is not the plain name of an image file';
  if (!/^\w[\w-]*$/.test(cells.patient)) return 'the patient id is empty or malformed';
  if (names.includes('')) return 'an empty finding label';
  if (names.includes(NIH_NO_FINDING) && names.length > 1) return `${NIH_NO_FINDING} beside findings`;
  if (cells.view !== '' && readView(cells.view).says === 'nothing') {
    return `unknown view position, ${nearestName(cells.view, ['AP', 'PA'])}`;
  }
  return null;
}

function sourceRow(
  ref: string,
  cells: Cells,
  names: readonly string[],
  splits: ReadonlyMap<string, OfficialSplit>,
): SourceRow {
  const filmSize = sizeOf(cells);
  return statedRow({
    ref,
    filmSize,
    imageId: cells.image,
    patientId: cells.patient.padStart(8, '0'),
    ...viewFacts(readView(cells.view)),
    ageYears: parseAge(cells.age),
    sex: sexOf(cells.sex),
    noFinding: names.includes(NIH_NO_FINDING),
    labels: listed(names),
    labelSet: 'report',
    officialSplit: splits.get(cells.image) ?? null,
  });
}

function sizeOf({ width, height }: Cells): SourceRow['filmSize'] {
  const isEdge = (text: string) => /^[1-9]\d{0,5}$/.test(text);
  return isEdge(width) && isEdge(height) ? { width: Number(width), height: Number(height) } : undefined;
}
