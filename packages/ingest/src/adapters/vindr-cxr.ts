import { type Finding, type Label, type LayoutConfig, UserError } from '@viewgap/contracts';
import { readCsv } from '../tables/csv-table.ts';
import { isImageOrDicom, isPlainId, isVisible, stem } from '../tables/file-name.ts';
import { asBoolean, labelsFrom, UnknownNames } from '../tables/labels.ts';
import type {
  Adapter,
  BadRow,
  OfficialSplit,
  ParsedTable,
  SourceRow,
  SourceTable,
} from '../tables/rows/adapter.ts';
import { UNKNOWN_ROW } from '../tables/unknown-row.ts';

/**
 * VinDr-CXR. Nguyen, Lam, Le, ...: VinDr-CXR: an open dataset of chest X-rays with radiologist's annotations,
 * Scientific Data 2022. Three readers an image in its training part, a consensus in its test part; exhaustive. PA by
 * its paper; no patient ids. Read as PhysioNet has it (annotations/annotations_train.csv) and as Kaggle does (train.csv).
 */
export const VINDR_COUNTS = { images: 15_000, readers: 3 } as const;

/** The local labels, those with a box, and `No finding`. */
export const VINDR_LABELS: Readonly<Record<string, Finding | null>> = {
  'Aortic enlargement': null,
  Atelectasis: null,
  Calcification: null,
  Cardiomegaly: null,
  'Clavicle fracture': null,
  Consolidation: 'CSN',
  Edema: null,
  Emphysema: null,
  'Enlarged PA': null,
  ILD: null,
  Infiltration: null,
  'Lung Opacity': null,
  'Lung cavity': null,
  'Lung cyst': null,
  'Mediastinal shift': null,
  'Nodule/Mass': 'NDL',
  'Other lesion': null,
  'Pleural effusion': 'PEF',
  'Pleural thickening': null,
  Pneumothorax: 'PTX',
  'Pulmonary fibrosis': 'FIB',
  'Rib fracture': null,
};
const NO_FINDING = 'No finding';

const TABLE = /^(?:annotations\/)?(?:annotations_)?(train|test)\.csv(\.gz)?$/;
const COLUMNS = { image: ['image_id'], name: ['class_name'] } as const;

export type ReaderRule = LayoutConfig<'vindr-cxr'>['readers'];

export default function vinDrCxr({ readers }: Pick<LayoutConfig<'vindr-cxr'>, 'readers'>): Adapter {
  return {
    patientNamespace: 'vindr',
    namesPatients: false,
    expects: 'annotations/annotations_train.csv or train.csv, and the images in train/ (and test/)',
    enters: (folder) => /^(annotations|train|test)$/.test(folder),
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
  const unknown = new UnknownNames('classes', [...Object.keys(VINDR_LABELS), NO_FINDING]);
  for (const table of tables) {
    const split = TABLE.exec(table.path)?.[1] === 'test' ? 'test' : 'train-val';
    for await (const { ref, cells } of readCsv(table, COLUMNS, bad, { reader: ['rad_id'] })) {
      if (!isPlainId(cells.image)) {
        bad.push({ ref, detail: 'the image id is empty or malformed' });
        continue;
      }
      if (!Object.hasOwn(VINDR_LABELS, cells.name) && cells.name !== NO_FINDING) unknown.add(cells.name);
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
  const voted = (says: (names: ReadonlySet<string>) => boolean) =>
    verdict(readings.filter(says).length, readings.length, rule);
  return {
    ...UNKNOWN_ROW,
    ref,
    imageId,
    view: 'PA',
    viewSource: 'documented',
    noFinding: asBoolean(voted((names) => names.has(NO_FINDING))),
    labels: labelsFrom((finding) =>
      voted((names) => [...names].some((name) => VINDR_LABELS[name] === finding)),
    ),
    labelSet: readings.length > 1 ? `readers ${rule}` : 'expert',
    officialSplit: split,
  };
}

/** One label from the votes of several readers. */
export function verdict(votes: number, readers: number, rule: ReaderRule): Label {
  switch (rule) {
    case 'any':
      return votes > 0 ? 1 : 0;
    case 'all':
      return votes === readers ? 1 : 0;
    case 'majority':
      return 2 * votes > readers ? 1 : 0;
    case 'unanimous':
      return votes === readers ? 1 : votes === 0 ? 0 : null;
  }
}
