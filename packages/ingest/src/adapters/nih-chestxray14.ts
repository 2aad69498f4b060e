import { FINDINGS, type Finding, type Labels, nearestName, UserError, type View } from '@viewgap/contracts';
import type { Adapter, BadRow, ParsedTable, SourceRow, TableText } from '../adapter.ts';
import { parseAge } from '../age.ts';
import { CsvTable } from '../csv-table.ts';
import { isImageFile, isPlainFileName } from '../file-name.ts';

/**
 * NIH ChestX-ray14. Wang, Peng, Lu, Lu, Bagheri, Summers: ChestX-ray8, CVPR 2017, and its later release of
 * 14 labels. Labelled by text mining; a finding that is not listed is absent.
 */
export const NIH_COUNTS = { rows: 112_120, patients: 30_805, PA: 67_310, AP: 44_810 } as const;

/** The table's own label names; null: known, and none of the study's findings. */
export const NIH_LABELS: Readonly<Record<string, Finding | null>> = {
  Atelectasis: null,
  Cardiomegaly: null,
  Consolidation: 'CSN',
  Edema: null,
  Effusion: 'PEF',
  Emphysema: null,
  Fibrosis: 'FIB',
  Hernia: null,
  Infiltration: null,
  Mass: 'NDL',
  Nodule: 'NDL',
  Pleural_Thickening: null,
  Pneumonia: null,
  Pneumothorax: 'PTX',
};
export const NIH_NO_FINDING = 'No Finding';

const VIEWS_OF_NIH: Readonly<Record<string, View>> = { AP: 'AP', PA: 'PA' };

/** Needed columns, each by the names that NIH's releases have given it. */
const COLUMNS = {
  image: ['Image Index'],
  labels: ['Finding Labels'],
  patient: ['Patient ID'],
  age: ['Patient Age'],
  sex: ['Patient Gender', 'Patient Sex'],
  view: ['View Position'],
} as const;

export const nihChestXray14: Adapter = {
  name: 'nih-chestxray14',
  title: 'NIH ChestX-ray14',
  citation: 'Wang X, Peng Y, Lu L, Lu Z, Bagheri M, Summers RM. ChestX-ray8. CVPR 2017.',
  patientNamespace: 'nih',
  publicIds: true,
  expects: 'a Data_Entry*.csv, and the images beside it, in images/ or in images_001/images/ and so on',
  enters: (folder) => /^images(_\d+)?(\/images)?$/i.test(folder),
  isTable: (path) => /^Data_Entry[^/]*\.csv$/i.test(path),
  isImage: isImageFile,
  imageId: (path) => path.slice(path.lastIndexOf('/') + 1),
  parse,
};

function parse(tables: readonly TableText[]): ParsedTable {
  const [table, second] = tables;
  if (!table) throw new UserError('no label table', 'Data_Entry*.csv', `needed: ${nihChestXray14.expects}`);
  if (second) {
    throw new UserError('more than one label table', `${table.path}, ${second.path}`, 'keep one of them');
  }
  const csv = CsvTable.parse(table.path, table.text, COLUMNS);
  const rows: SourceRow[] = [];
  const bad: BadRow[] = [...csv.bad];
  const unknown = new Map<string, number>();
  for (const { ref, cells } of csv.rows) {
    const names = cells.labels.split('|').map((name) => name.trim());
    const strange = names.filter((name) => !isKnown(name) && name !== '');
    for (const name of strange) unknown.set(name, (unknown.get(name) ?? 0) + 1);
    const detail = flaw(cells, names);
    if (detail !== null) bad.push({ ref, detail });
    else rows.push(sourceRow(ref, cells, names));
  }
  if (unknown.size > 0) throw unknownLabels(table.path, unknown);
  return { rows, bad };
}

function isKnown(label: string): boolean {
  return Object.hasOwn(NIH_LABELS, label) || label === NIH_NO_FINDING;
}

type Cells = Readonly<Record<keyof typeof COLUMNS, string>>;

function flaw(cells: Cells, names: readonly string[]): string | null {
  if (!isPlainFileName(cells.image)) return 'the image index is not the plain name of an image file';
  if (!/^\w[\w-]*$/.test(cells.patient)) return 'the patient id is empty or malformed';
  if (names.includes('')) return 'an empty finding label';
  if (names.includes(NIH_NO_FINDING) && names.length > 1) return `${NIH_NO_FINDING} beside findings`;
  if (cells.view !== '' && !Object.hasOwn(VIEWS_OF_NIH, cells.view)) {
    return `unknown view position, ${nearestName(cells.view, Object.keys(VIEWS_OF_NIH))}`;
  }
  return null;
}

function sourceRow(ref: string, cells: Cells, names: readonly string[]): SourceRow {
  const present = new Set(names.map((name) => NIH_LABELS[name]));
  const view = VIEWS_OF_NIH[cells.view];
  return {
    ref,
    imageId: cells.image,
    patientId: cells.patient.padStart(8, '0'),
    studyId: null,
    view: view ?? 'unknown',
    viewSource: view === undefined ? 'none' : 'metadata',
    viewConflict: false,
    ageYears: parseAge(cells.age),
    sex: cells.sex === 'F' || cells.sex === 'M' ? cells.sex : null,
    supportDevices: null,
    noFinding: names.includes(NIH_NO_FINDING),
    labels: Object.fromEntries(
      FINDINGS.map((finding) => [finding, present.has(finding) ? 1 : 0]),
    ) as unknown as Labels,
  };
}

function unknownLabels(path: string, unknown: ReadonlyMap<string, number>): UserError {
  const known = [...Object.keys(NIH_LABELS), NIH_NO_FINDING];
  const list = [...unknown]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `"${name}" (${count} rows; ${nearestName(name, known)})`);
  return new UserError(`unknown finding labels in ${path}`, list.join(', '), 'correct them in the table');
}
