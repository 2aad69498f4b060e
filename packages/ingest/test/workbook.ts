import { strToU8, zipSync } from 'fflate';

/** A text, one of several letterings, or what a workbook stores of a type with the format in which it shows it. */
export type SheetCell =
  | string
  | { readonly runs: readonly string[] }
  | {
      readonly value: string;
      readonly format?: string | undefined;
      /** `b`: boolean, `e`: error, `d`: date, `str`: text of a formula; otherwise a number */
      readonly type?: 'b' | 'e' | 'd' | 'str' | undefined;
    };
type Sheet = readonly (readonly SheetCell[])[];

interface Shape {
  /** texts in a table of their own, as Excel writes them, and not in their cells */
  readonly shared?: boolean;
  /** `B2:B3` */
  readonly merged?: readonly string[];
  /** sheets behind the first */
  readonly others?: Readonly<Record<string, Sheet>>;
  /** sheets that a person does not see */
  readonly hidden?: readonly string[];
  /** days are counted from 1904, as on the old Macintosh */
  readonly is1904?: boolean;
}

/** An .xlsx of one sheet of texts and numbers, at most 26 columns. */
export function workbook(
  sheet: string,
  rows: Sheet,
  { shared = false, merged = [], others = {}, hidden = [], is1904 = false }: Shape = {},
): Uint8Array {
  const xml = (body: string) => strToU8(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${body}`);
  const texts = new Map<string, number>();
  const formats: string[] = ['General'];
  /** @param xml of a text: `<t>…</t>` */
  const text = (xml: string) => {
    if (!shared) return `t="inlineStr"><is>${xml}</is>`;
    if (!texts.has(xml)) texts.set(xml, texts.size);
    return `t="s"><v>${texts.get(xml)}</v>`;
  };
  const stored = ({ value, format = 'General', type }: Extract<SheetCell, { readonly value: string }>) => {
    if (!formats.includes(format)) formats.push(format);
    const kind = type === undefined ? '' : ` t="${type}"`;
    return `s="${formats.indexOf(format)}"${kind}><v>${escaped(value)}</v>`;
  };
  const contentOf = (one: SheetCell) => {
    if (typeof one === 'string') return text(`<t>${escaped(one)}</t>`);
    if ('value' in one) return stored(one);
    return text(one.runs.map((run) => `<r><rPr><b/></rPr><t>${escaped(run)}</t></r>`).join(''));
  };
  const cell = (one: SheetCell, column: number, row: number) => {
    return `<c r="${String.fromCharCode(65 + column)}${row + 1}" ${contentOf(one)}</c>`;
  };
  const sheetRow = (row: readonly SheetCell[], i: number) =>
    `<row r="${i + 1}">${row.map((one, column) => (one === '' ? '' : cell(one, column, i))).join('')}</row>`;
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const relations = 'http://schemas.openxmlformats.org/package/2006/relationships';
  const part = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const merges = merged.map((ref) => `<mergeCell ref="${ref}"/>`).join('');
  const sheets = Object.entries({ [sheet]: rows, ...others });
  const parts = sheets.map(([, sheetRows], i) => [
    `xl/worksheets/sheet${i + 1}.xml`,
    xml(
      `<worksheet xmlns="${main}"><sheetData>${sheetRows.map(sheetRow).join('')}</sheetData>${merges === '' ? '' : `<mergeCells>${merges}</mergeCells>`}</worksheet>`,
    ),
  ]);
  const strings = [...texts.keys()].map((one) => `<si>${one}</si>`).join('');
  const codes = formats.map((code, i) => `<numFmt numFmtId="${200 + i}" formatCode="${escaped(code)}"/>`);
  const styles = formats.map((_, i) => `<xf numFmtId="${i === 0 ? 0 : 200 + i}"/>`);
  return zipSync({
    '[Content_Types].xml': xml(
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        `<Override PartName="/xl/workbook.xml" ContentType="${part}.sheet.main+xml"/>` +
        `${sheets.map((_, i) => `<Override PartName="/xl/worksheets/sheet${i + 1}.xml" ContentType="${part}.worksheet+xml"/>`).join('')}</Types>`,
    ),
    '_rels/.rels': xml(
      `<Relationships xmlns="${relations}"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    'xl/workbook.xml': xml(
      `<workbook xmlns="${main}" xmlns:r="${office}">${is1904 ? '<workbookPr date1904="1"/>' : ''}<sheets>${sheets.map(([name], i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}"${hidden.includes(name) ? ' state="hidden"' : ''} r:id="r${i + 1}"/>`).join('')}</sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': xml(
      `<Relationships xmlns="${relations}">${sheets.map((_, i) => `<Relationship Id="r${i + 1}" Type="${office}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}` +
        `<Relationship Id="t" Type="${office}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="f" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    ),
    ...Object.fromEntries(parts),
    'xl/sharedStrings.xml': xml(`<sst xmlns="${main}">${strings}</sst>`),
    'xl/styles.xml': xml(
      `<styleSheet xmlns="${main}"><numFmts>${codes.join('')}</numFmts><cellXfs>${styles.join('')}</cellXfs></styleSheet>`,
    ),
  });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
