import { LAYOUT_LABELS, UserError } from '@viewgap/contracts';
import { readCsv } from '../tables/csv-table.ts';
import { isImageOrDicom, isPlainId, isVisible, stem } from '../tables/file-name.ts';
import type { Adapter, BadRow, ParsedTable, SourceRow, SourceTable } from '../tables/rows/adapter.ts';
import { statedRow } from '../tables/stated-row.ts';

/**
 * SIIM-ACR Pneumothorax Segmentation. Filice, Stein, Wu, ...: Crowdsourcing pneumothorax annotations using machine
 * learning annotations on the NIH chest X-ray dataset, Journal of Digital Imaging 2020. Pneumothorax alone was read;
 * its films and patients are NIH's, under other names: an id map tells which. Views stand in the DICOM files.
 */
export const SIIM_COUNTS = { rows: 12_954, images: 12_047, pneumothorax: 2_669 } as const;

/** stage_2_train.csv has the rows of train-rle.csv, and those of the films that were the first stage's test. */
const TABLE = /^(?:(?:siim-pneumothorax-)?(?:stage_\d_)?train-rle|stage_2_train)\.csv(\.gz)?$/;
const STAGE_2 = /^stage_2_train\.csv/;
const FOLDER =
  /^(?:(?:siim|siim-original|pneumothorax)(?:\/|$))?(?:(?:dicom-images-(?:train|test)(?:-stage_\d)?|stage_2_images|(?:train|test)_png)(?:\/.*)?)?$/;
const NO_PNEUMOTHORAX = '-1';
const LABELS = LAYOUT_LABELS['siim-pneumothorax'];

const EXPECTS =
  'stage_2_train.csv or train-rle.csv, and the images in dicom-images-train/ (and dicom-images-test/, or stage_2_images/)';

export default function siimPneumothorax(): Adapter {
  return {
    patientNamespace: 'nih',
    namesPatients: false,
    expects: EXPECTS,
    labels: LABELS,
    hasOwnNames: true,
    enters: (folder) => FOLDER.test(folder) && isVisible(folder),
    isTable: (path) => TABLE.test(path),
    isImage: (path) => isImageOrDicom(path) && isVisible(path),
    imageId: stem,
    parse,
  };
}

async function parse(tables: readonly SourceTable[]): Promise<ParsedTable> {
  const table = tables.find(({ path }) => STAGE_2.test(path)) ?? tables[0];
  if (!table) throw new UserError('no label table', 'train-rle.csv', `needed: ${EXPECTS}`);
  const bad: BadRow[] = [];
  const films = new Map<string, { readonly ref: string; positive: boolean }>();
  for await (const { ref, cells } of readCsv(table, { image: ['ImageId'], mask: ['EncodedPixels'] }, bad)) {
    const { image, mask } = cells;
    if (!isPlainId(image)) bad.push({ ref, detail: 'the image id is empty or malformed' });
    else if (mask !== NO_PNEUMOTHORAX && !/^[\d ]+$/.test(mask))
      bad.push({ ref, detail: 'a mask that cannot be read' });
    else {
      // A film has a row for each of its masks.
      const film = films.get(image) ?? { ref, positive: false };
      film.positive ||= mask !== NO_PNEUMOTHORAX;
      films.set(image, film);
    }
  }
  const rows = [...films].map(
    ([imageId, { ref, positive }]): SourceRow =>
      statedRow({
        ref,
        imageId,
        noFinding: positive ? false : null,
        labels: positive ? { present: LABELS } : { absent: LABELS },
        labelSet: 'expert',
      }),
  );
  return { rows, bad };
}
