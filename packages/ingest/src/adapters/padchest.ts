import { LAYOUT_LABELS, type View } from '@viewgap/contracts';
import { cappedAge } from '../tables/age.ts';
import { readCsv } from '../tables/csv-table.ts';
import { baseName, isImageFile, isPlainFileName } from '../tables/file-name.ts';
import { UnknownNames } from '../tables/labels.ts';
import type { Adapter, BadRow, ParsedTable, SourceRow, SourceTable } from '../tables/rows/adapter.ts';
import { inOrder } from '../tables/rows/statement.ts';
import { sexOf } from '../tables/sex.ts';
import { onlyTable } from '../tables/source-table.ts';
import { statedRow } from '../tables/stated-row.ts';
import { viewFacts } from '../tables/view-column.ts';
import { readView } from '../view/grammar.ts';
import { PADCHEST_DEVICES, PADCHEST_NORMAL, PADCHEST_OPEN } from './padchest-labels.ts';

/**
 * PadChest. Bustos, Pertusa, Salinas, de la Iglesia-Vaya: PadChest: a large chest x-ray image dataset with
 * multi-label annotated reports, Medical Image Analysis 2020. 39,053 rows labelled by physicians, the others by a
 * network from the reports; a finding that is not listed is absent. 103 rows have no list at all.
 */
export const PADCHEST_COUNTS = {
  rows: 160_861,
  patients: 67_625,
  physician: 39_053,
  network: 121_808,
  projections: {
    PA: 91_728,
    L: 49_579,
    AP_horizontal: 14_346,
    AP: 4_559,
    COSTAL: 630,
    EXCLUDE: 11,
    UNK: 8,
  },
} as const;

/** Projection, by review of the DICOM fields or by a network (MethodProjection). */
const PROJECTIONS: Readonly<Record<keyof typeof PADCHEST_COUNTS.projections, View>> = {
  PA: 'PA',
  AP: 'AP',
  AP_horizontal: 'AP',
  L: 'LATERAL',
  COSTAL: 'unknown',
  EXCLUDE: 'unknown',
  UNK: 'unknown',
};

type Projection = keyof typeof PROJECTIONS;
const NAMES = new Map((Object.keys(PROJECTIONS) as Projection[]).map((name) => [name.toLowerCase(), name]));

const LABEL_SETS: Readonly<Record<string, string>> = { Physician: 'physician', RNN_model: 'network' };

const COLUMNS = {
  image: ['ImageID'],
  study: ['StudyID'],
  patient: ['PatientID'],
  date: ['StudyDate_DICOM'],
  birth: ['PatientBirth'],
  sex: ['PatientSex_DICOM'],
  dicomView: ['ViewPosition_DICOM'],
  projection: ['Projection'],
  viewMethod: ['MethodProjection'],
  labelMethod: ['MethodLabel'],
  labels: ['Labels'],
} as const;
type Cells = Readonly<Record<keyof typeof COLUMNS, string>>;

const TABLE = /^PADCHEST_chest_x_ray_images_labels[^/]*\.csv(\.gz)?$/i;
/** Its archives are 0.zip to 54.zip: unpacked into one folder, or each into one of its number. */
const FOLDER = /^(?:(?:images?|image_zips)(?:\/|$))?(?:\d{1,2}(?:\/|$)){0,2}$/i;
const KNOWN: ReadonlySet<string> = new Set([...LAYOUT_LABELS.padchest, ...PADCHEST_OPEN]);

const EXPECTS = 'PADCHEST_chest_x_ray_images_labels_160K*.csv.gz, and the images beside it or in 0/ to 54/';

export default function padChest(): Adapter {
  return {
    patientNamespace: 'padchest',
    expects: EXPECTS,
    labels: LAYOUT_LABELS.padchest,
    hasOwnNames: true,
    enters: (folder) => FOLDER.test(folder),
    isTable: (path) => TABLE.test(path),
    isImage: isImageFile,
    imageId: baseName,
    parse,
  };
}

async function parse(tables: readonly SourceTable[]): Promise<ParsedTable> {
  const table = await onlyTable(tables, 'PADCHEST_*.csv.gz', EXPECTS);
  const rows: SourceRow[] = [];
  const bad: BadRow[] = [];
  const unknown = new UnknownNames('labels', [...KNOWN]);
  for await (const { ref, cells } of readCsv(table, COLUMNS, bad)) {
    const names = labelList(cells.labels);
    for (const name of names ?? []) if (!KNOWN.has(name)) unknown.add(name);
    const detail = flaw(cells);
    if (detail !== null) bad.push({ ref, detail });
    else rows.push(sourceRow(ref, cells, names));
  }
  unknown.refuse(table.path);
  return { rows, bad };
}

/**
 * The names in `['normal', ' pleural effusion']`, as Python prints a list. The table's blanks around names mean
 * nothing, and neither do its empty names. Null where there is no list (`nan`).
 */
export function labelList(text: string): string[] | null {
  if (!/^\[.*\]$/.test(text)) return null;
  const names = text.slice(1, -1).split(',');
  return names.map((name) => name.replace(/^[\s'"]+|[\s'"]+$/g, '')).filter((name) => name !== '');
}

function flaw(cells: Cells): string | null {
  if (!isPlainFileName(cells.image)) return 'the image id is not the plain name of an image file';
  if (!/^\w+$/.test(cells.patient)) return 'the patient id is empty or malformed';
  if (!NAMES.has(cells.projection.toLowerCase())) return 'an unknown projection';
  return Object.hasOwn(LABEL_SETS, cells.labelMethod) ? null : 'an unknown method of labelling';
}

function sourceRow(ref: string, cells: Cells, names: readonly string[] | null): SourceRow {
  const projection = NAMES.get(cells.projection.toLowerCase()) as Projection;
  const view = PROJECTIONS[projection];
  // ViewPosition_DICOM: the second statement on the view, often absent (`nan`).
  const second = viewFacts(readView(cells.dicomView)).view;
  const predicted = /resnet/i.test(cells.viewMethod);
  return statedRow({
    ref,
    imageId: cells.image,
    patientId: cells.patient,
    studyId: cells.study,
    view,
    viewSource: view === 'unknown' ? 'none' : predicted ? 'predicted' : 'metadata',
    viewConflict: view !== 'unknown' && second !== 'unknown' && second !== view,
    supine: projection === 'AP_horizontal' ? true : null,
    ageYears: ageAt(cells.date, cells.birth),
    sex: sexOf(cells.sex),
    ...(names && names.length > 0 && labelFacts(names)),
    labelSet: LABEL_SETS[cells.labelMethod] ?? '',
    ...unusable(projection),
  });
}

function unusable(projection: string): Pick<SourceRow, 'unusable'> {
  if (projection === 'COSTAL')
    return { unusable: { reason: 'not-chest', detail: 'projection COSTAL: ribs' } };
  if (projection === 'EXCLUDE') {
    return { unusable: { reason: 'excluded', detail: 'the source itself says EXCLUDE' } };
  }
  return {};
}

function labelFacts(names: readonly string[]): Pick<SourceRow, 'labels' | 'noFinding' | 'supportDevices'> {
  const open = names.some((name) => PADCHEST_OPEN.includes(name));
  const devices = names.some((name) => PADCHEST_DEVICES.includes(name));
  const normal = names.includes(PADCHEST_NORMAL);
  return {
    labels: {
      present: inOrder(names.filter((name) => !PADCHEST_OPEN.includes(name))),
      ...(!open && { others: 'absent' }),
    },
    noFinding: normal ? true : open ? null : false,
    supportDevices: devices ? true : open ? null : false,
  };
}

/** Only the years are known: the age may be one too high. */
function ageAt(date: string, birth: string): number | null {
  const [year, born] = [/^(\d{4})\d{4}/.exec(date)?.[1], /^(\d{4})(\.0)?$/.exec(birth)?.[1]];
  return year === undefined || born === undefined ? null : cappedAge(Number(year) - Number(born));
}
