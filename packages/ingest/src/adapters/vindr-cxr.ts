import { LAYOUT_LABELS, type LayoutConfig, UserError } from '@viewgap/contracts';
import { readCsv } from '../tables/csv-table.ts';
import { isImageOrDicom, isPlainId, isVisible, stem } from '../tables/file-name.ts';
import { type ReaderRule, verdict } from '../tables/finding-labels.ts';
import { asBoolean, UnknownNames } from '../tables/labels.ts';
import type {
  Adapter,
  BadRow,
  OfficialSplit,
  ParsedTable,
  SourceRow,
  SourceTable,
} from '../tables/rows/adapter.ts';
import { inOrder, listed } from '../tables/rows/statement.ts';
import { distinctTables } from '../tables/source-table.ts';
import { statedRow } from '../tables/stated-row.ts';

/**
 * VinDr-CXR. Nguyen, Lam, Le, ...: VinDr-CXR: an open dataset of chest X-rays with radiologist's annotations,
 * Scientific Data 2022. Three readers an image in its training part, a consensus in its test part; exhaustive. PA by
 * its paper; no patient ids. Read as PhysioNet has it (annotations/annotations_train.csv) and as Kaggle does (train.csv).
 */
export const VINDR_COUNTS = { images: 15_000, readers: 3 } as const;

const LABELS: readonly string[] = LAYOUT_LABELS['vindr-cxr'];
const NO_FINDING = 'No finding';

const TABLE = /^(?:annotations\/)?(?:annotations_)?(train|test)\.csv(\.gz)?$/;
const COLUMNS = { image: ['image_id'], name: ['class_name'] } as const;

export default function vinDrCxr({ readers }: Pick<LayoutConfig<'vindr-cxr'>, 'readers'>): Adapter {
  return {
    patientNamespace: 'vindr',
    namesPatients: false,
    expects: 'annotations/annotations_train.csv or train.csv, and the images in train/ (and test/)',
    labels: LABELS,
    hasOwnNames: true,
    enters: (folder) => /^(annotations|train|test)$/i.test(folder),
    isTable: (path) => TABLE.test(path),
    isImage: (path) => isImageOrDicom(path) && isVisible(path),
    imageId: stem,
    parse: (tables) => parse(tables, readers),
  };
}

/** What one image's readers said: their names of it, by reader. */
interface Opinions {
  readonly ref: string;
  readonly split: OfficialSplit;
  readonly byReader: Map<string, Set<string>>;
}

async function parse(tables: readonly SourceTable[], rule: ReaderRule): Promise<ParsedTable> {
  if (tables.length === 0)
    throw new UserError('no label table', 'annotations_train.csv', 'put it into the root');
  const images = new Map<string, Opinions>();
  const bad: BadRow[] = [];
  const unknown = new UnknownNames('classes', LABELS);
  for (const table of await distinctTables(tables)) {
    const split = TABLE.exec(table.path)?.[1] === 'test' ? 'test' : 'train-val';
    for await (const { ref, cells } of readCsv(table, COLUMNS, bad, { reader: ['rad_id'] })) {
      if (!isPlainId(cells.image)) {
        bad.push({ ref, detail: 'the image id is empty or malformed' });
        continue;
      }
      if (!LABELS.includes(cells.name)) unknown.add(cells.name);
      const opinions = images.get(cells.image) ?? { ref, split, byReader: new Map<string, Set<string>>() };
      images.set(cells.image, opinions);
      const names = opinions.byReader.get(cells.reader) ?? new Set();
      opinions.byReader.set(cells.reader, names.add(cells.name));
    }
  }
  unknown.refuse(tables.map(({ path }) => path).join(', '));
  return { rows: [...images].map(([id, opinions]) => sourceRow(id, opinions, rule)), bad };
}

function sourceRow(imageId: string, { ref, split, byReader }: Opinions, rule: ReaderRule): SourceRow {
  const readings = [...byReader.values()];
  const normal = readings.filter((names) => names.has(NO_FINDING)).length;
  return statedRow({
    ref,
    imageId,
    view: 'PA',
    viewSource: 'documented',
    noFinding: asBoolean(verdict(normal, readings.length, rule)),
    labels: readings.length > 1 ? { readers: readings.map(inOrder) } : listed(readings[0] ?? []),
    labelSet: readings.length > 1 ? 'readers' : 'expert',
    officialSplit: split,
  });
}
