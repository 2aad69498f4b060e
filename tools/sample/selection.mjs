import { createHash } from 'node:crypto';

/**
 * NIH's names of the study's five findings.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const FINDINGS = {
  CSN: ['Consolidation'],
  PTX: ['Pneumothorax'],
  NDL: ['Nodule', 'Mass'],
  FIB: ['Fibrosis'],
  PEF: ['Effusion'],
};

/** Size that images and table may have together; the rest of 25,000,000 bytes is the README's and a margin. */
export const BUDGET = 24_900_000;

/**
 * @typedef {object} Row one image of Data_Entry_2017_v2020.csv
 * @property {string} line the row as found, with its line end
 * @property {string} image
 * @property {string} patient
 * @property {string} view AP or PA
 * @property {readonly string[]} findings of the five, those that the row names
 */

/**
 * Splits Data_Entry_2017_v2020.csv into its header and its rows without changing a byte.
 * @param {string} csv
 * @returns {{ header: string, rows: Row[] }}
 */
export function parseEntries(csv) {
  const [header = '', ...lines] = csv.match(/[^\n]+\n?/g) ?? [];
  if (csv.includes('"')) throw new Error('a quoted field: this reader knows NIH files without quotes only');
  const rows = lines.map((line) => {
    const [image = '', labels = '', , patient = '', , , view = ''] = line.split(',');
    const named = labels.split('|');
    const findings = Object.keys(FINDINGS).filter((code) => FINDINGS[code]?.some((n) => named.includes(n)));
    return { line, image, patient, view, findings };
  });
  return { header, rows };
}

/**
 * Whole patients, chosen by their labels, their views and the number of their images, never by what the images
 * look like: (1) all with one of the five findings, (2) all filmed in both views, (3) the others by fewest images,
 * ties by the SHA-256 of the patient's number, up to the first that no longer fits.
 * @param {string} header
 * @param {readonly Row[]} rows
 * @param {(image: string) => number} size bytes of an image
 * @param {number} budget bytes
 * @returns {Set<string>} the patients
 */
export function selectPatients(header, rows, size, budget = BUDGET) {
  /** @type {Map<string, Row[]>} */
  const images = new Map();
  for (const row of rows) images.set(row.patient, [...(images.get(row.patient) ?? []), row]);
  const patients = [...images].map(([patient, own]) => ({
    patient,
    count: own.length,
    bytes: own.reduce((sum, row) => sum + size(row.image) + row.line.length, 0),
    first: own.some((row) => row.findings.length > 0) || hasBothViews(own),
    tie: createHash('sha256').update(patient).digest('hex'),
  }));
  const first = patients.filter((p) => p.first);
  const others = patients.filter((p) => !p.first);
  others.sort((a, b) => a.count - b.count || (a.tie < b.tie ? -1 : 1));

  let bytes = header.length + first.reduce((sum, p) => sum + p.bytes, 0);
  if (bytes > budget) throw new Error(`rules 1 and 2 alone take ${bytes} bytes of ${budget}`);
  const chosen = new Set(first.map((p) => p.patient));
  for (const other of others) {
    bytes += other.bytes;
    if (bytes > budget) break;
    chosen.add(other.patient);
  }
  return chosen;
}

/** @param {readonly Row[]} rows of one patient */
function hasBothViews(rows) {
  return ['AP', 'PA'].every((view) => rows.some((row) => row.view === view));
}

/**
 * What the sample holds, as the README's table.
 * @param {readonly Row[]} rows
 */
export function countsTable(rows) {
  /** @param {readonly Row[]} some */
  const patients = (some) => new Set(some.map((row) => row.patient)).size;
  const views = ['AP', 'PA'].map((view) => rows.filter((row) => row.view === view));
  const columns = [...views, rows];
  /** @param {string} name @param {(some: readonly Row[]) => number} count */
  const line = (name, count) => `| ${[name, ...columns.map(count)].join(' | ')} |`;
  const both = patients(rows.filter((row) => hasBothViews(rows.filter((r) => r.patient === row.patient))));
  return [
    '| | AP | PA | all |',
    '| --- | ---: | ---: | ---: |',
    line('images', (some) => some.length),
    line('patients', patients),
    ...Object.entries(FINDINGS).map(([code, names]) =>
      line(
        `positive for ${code} (${names.join(' or ')})`,
        (some) => some.filter((row) => row.findings.includes(code)).length,
      ),
    ),
    line('none of the five', (some) => some.filter((row) => row.findings.length === 0).length),
    '',
    `${both} patients were filmed in both views; they count in both columns.`,
  ].join('\n');
}
