import { UserError, type View } from '@viewgap/contracts';
import { parseAge } from '../tables/age.ts';
import { readCsv } from '../tables/csv-table.ts';
import { baseName, isImageOrDicom, isPlainId, isVisible, stem } from '../tables/file-name.ts';
import type { Adapter, BadRow, ParsedTable, SourceRow, SourceTable } from '../tables/rows/adapter.ts';
import { sexOf } from '../tables/sex.ts';
import { UNKNOWN_ROW } from '../tables/unknown-row.ts';

/**
 * RSNA Pneumonia Detection Challenge, stage 2. Shih, Wu, Halabi, ...: Augmenting the NIH chest radiograph dataset with
 * expert annotations of possible pneumonia, Radiology: Artificial Intelligence 2019. Its films and patients are NIH's,
 * under other names: an id map tells which. Its opacities are not consolidations, so none of the five is known.
 * Views stand in the DICOM files, and in the table of their headers that torchxrayvision packages.
 */
export const RSNA_COUNTS = { rows: 30_227, images: 26_684, opacity: 6_012, PA: 14_511, AP: 12_173 } as const;

const VIEWS_OF_RSNA: Readonly<Record<string, View>> = { AP: 'AP', PA: 'PA' };
const CLASSES: Readonly<Record<string, boolean>> = {
  Normal: true,
  'No Lung Opacity / Not Normal': false,
  'Lung Opacity': false,
};

const LABELS = /^(kaggle_)?stage_2_train_labels\.csv(\.gz)?$/;
const CLASS_INFO = /^stage_2_detailed_class_info\.csv(\.gz)?$/;
const HEADERS = /^(kaggle_)?stage_2_train_images_dicom_headers\.csv(\.gz)?$/;

const EXPECTS = 'stage_2_train_labels.csv, and the images in stage_2_train_images/';

export default function rsnaPneumonia(): Adapter {
  return {
    patientNamespace: 'nih',
    namesPatients: false,
    expects: EXPECTS,
    enters: (folder) => folder === 'stage_2_train_images',
    isTable: (path) => LABELS.test(path) || CLASS_INFO.test(path) || HEADERS.test(path),
    isImage: (path) => isImageOrDicom(path) && isVisible(path),
    imageId: stem,
    parse,
  };
}

async function parse(tables: readonly SourceTable[]): Promise<ParsedTable> {
  const table = tables.find(({ path }) => LABELS.test(path));
  if (!table) throw new UserError('no label table', 'stage_2_train_labels.csv', `needed: ${EXPECTS}`);
  const bad: BadRow[] = [];
  const classes = await classInfo(tables, bad);
  const headers = await headerFacts(tables, bad);
  const rows = new Map<string, SourceRow>();
  for await (const { ref, cells } of readCsv(table, { image: ['patientId'], target: ['Target'] }, bad)) {
    const { image, target } = cells;
    if (!isPlainId(image)) bad.push({ ref, detail: 'the patient id is empty or malformed' });
    else if (target !== '0' && target !== '1') bad.push({ ref, detail: 'a target that is neither 0 nor 1' });
    // A film has a row for each of its boxes.
    else if (!rows.has(image)) {
      rows.set(image, {
        ...UNKNOWN_ROW,
        ref,
        imageId: image,
        ...headers.get(image),
        noFinding: classes.get(image) ?? (target === '1' ? false : null),
        labelSet: 'expert',
      });
    }
  }
  return { rows: [...rows.values()], bad };
}

type HeaderFacts = Pick<SourceRow, 'view' | 'viewSource' | 'ageYears' | 'sex'>;

async function headerFacts(tables: readonly SourceTable[], bad: BadRow[]): Promise<Map<string, HeaderFacts>> {
  const facts = new Map<string, HeaderFacts>();
  const columns = {
    file: ['Filename'],
    view: ['ViewPosition'],
    age: ['PatientAge'],
    sex: ['PatientSex'],
  } as const;
  for (const table of tables.filter(({ path }) => HEADERS.test(path))) {
    for await (const { cells } of readCsv(table, columns, bad)) {
      const view = VIEWS_OF_RSNA[cells.view];
      facts.set(stem(baseName(cells.file)), {
        view: view ?? 'unknown',
        viewSource: view === undefined ? 'none' : 'dicom',
        ageYears: parseAge(cells.age),
        sex: sexOf(cells.sex),
      });
    }
  }
  return facts;
}

async function classInfo(tables: readonly SourceTable[], bad: BadRow[]): Promise<Map<string, boolean>> {
  const classes = new Map<string, boolean>();
  for (const table of tables.filter(({ path }) => CLASS_INFO.test(path))) {
    for await (const { ref, cells } of readCsv(table, { image: ['patientId'], name: ['class'] }, bad)) {
      const normal = CLASSES[cells.name];
      if (normal === undefined) bad.push({ ref, detail: 'an unknown class' });
      else classes.set(cells.image, normal);
    }
  }
  return classes;
}
