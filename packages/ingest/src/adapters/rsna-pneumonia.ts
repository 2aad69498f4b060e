import { LAYOUT_LABELS, UserError } from '@viewgap/contracts';
import { parseAge } from '../tables/age.ts';
import { readCsv } from '../tables/csv-table.ts';
import { baseName, isImageOrDicom, isPlainId, isVisible, stem } from '../tables/file-name.ts';
import type { Adapter, BadRow, ParsedTable, SourceRow, SourceTable } from '../tables/rows/adapter.ts';
import { listed } from '../tables/rows/statement.ts';
import { sexOf } from '../tables/sex.ts';
import { statedRow } from '../tables/stated-row.ts';
import { readView } from '../view/grammar.ts';
import { statedView } from '../view/statement.ts';

/**
 * RSNA Pneumonia Detection Challenge, stage 2. Shih, Wu, Halabi, ...: Augmenting the NIH chest radiograph dataset with
 * expert annotations of possible pneumonia, Radiology: Artificial Intelligence 2019. Its films and patients are NIH's,
 * under other names: an id map tells which. Its opacities are not consolidations: of the findings of the study by default
 * none is known.
 * Views stand in the DICOM files, and in the table of their headers that torchxrayvision packages.
 */
export const RSNA_COUNTS = { rows: 30_227, images: 26_684, opacity: 6_012, PA: 14_511, AP: 12_173 } as const;

/** A film is of one of them. */
const CLASSES: readonly string[] = LAYOUT_LABELS['rsna-pneumonia'];
const OPACITY = ['Lung Opacity'];

const LABELS = /^(kaggle_)?stage_2_train_labels\.csv(\.gz)?$/;
const CLASS_INFO = /^stage_2_detailed_class_info\.csv(\.gz)?$/;
const HEADERS = /^(kaggle_)?stage_2_train_images_dicom_headers\.csv(\.gz)?$/;

const EXPECTS = 'stage_2_train_labels.csv, and the images in stage_2_train_images/';

export default function rsnaPneumonia(): Adapter {
  return {
    patientNamespace: 'nih',
    namesPatients: false,
    expects: EXPECTS,
    labels: CLASSES,
    hasOwnNames: true,
    enters: (folder) => /^stage_2_train_images(_(jpg|png))?$/i.test(folder),
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
      rows.set(
        image,
        statedRow({
          ref,
          imageId: image,
          ...headers.get(image),
          ...labelFacts(classes.get(image), target === '1'),
          labelSet: 'expert',
        }),
      );
    }
  }
  return { rows: [...rows.values()], bad };
}

type HeaderFacts = Pick<SourceRow, 'view' | 'viewSource' | 'supine' | 'ageYears' | 'sex'>;

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
      const { view, source, supine } = statedView([{ reading: readView(cells.view), source: 'dicom' }]);
      facts.set(stem(baseName(cells.file)), {
        view,
        viewSource: source,
        supine,
        ageYears: parseAge(cells.age),
        sex: sexOf(cells.sex),
      });
    }
  }
  return facts;
}

/** A film's class says all; without it the target still says whether there is an opacity. */
function labelFacts(name: string | undefined, opacity: boolean): Pick<SourceRow, 'labels' | 'noFinding'> {
  if (name !== undefined) return { labels: listed([name]), noFinding: name === 'Normal' };
  return opacity
    ? { labels: { present: OPACITY }, noFinding: false }
    : { labels: { absent: OPACITY }, noFinding: null };
}

async function classInfo(tables: readonly SourceTable[], bad: BadRow[]): Promise<Map<string, string>> {
  const classes = new Map<string, string>();
  for (const table of tables.filter(({ path }) => CLASS_INFO.test(path))) {
    for await (const { ref, cells } of readCsv(table, { image: ['patientId'], name: ['class'] }, bad)) {
      if (CLASSES.includes(cells.name)) classes.set(cells.image, cells.name);
      else bad.push({ ref, detail: 'an unknown class' });
    }
  }
  return classes;
}
