import { strToU8, zipSync } from 'fflate';

/** A text, or a number as a workbook stores it, with the format in which it shows it. */
export type SheetCell = string | { readonly value: string; readonly format?: string | undefined };
type Sheet = readonly (readonly SheetCell[])[];

interface Shape {
  /** texts in a table of their own, as Excel writes them, and not in their cells */
  readonly shared?: boolean;
  /** `B2:B3` */
  readonly merged?: readonly string[];
  /** sheets behind the first */
  readonly others?: Readonly<Record<string, Sheet>>;
}

/** An .xlsx of one sheet of texts and numbers, at most 26 columns. */
export function workbook(
  sheet: string,
  rows: Sheet,
  { shared = false, merged = [], others = {} }: Shape = {},
): Uint8Array {
  const xml = (body: string) => strToU8(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${body}`);
  const texts = new Map<string, number>();
  const formats: string[] = ['General'];
  const text = (value: string) => {
    if (!shared) return `t="inlineStr"><is><t>${escaped(value)}</t></is>`;
    if (!texts.has(value)) texts.set(value, texts.size);
    return `t="s"><v>${texts.get(value)}</v>`;
  };
  const number = ({ value, format = 'General' }: Exclude<SheetCell, string>) => {
    if (!formats.includes(format)) formats.push(format);
    return `s="${formats.indexOf(format)}"><v>${value}</v>`;
  };
  const cell = (one: SheetCell, column: number, row: number) => {
    const content = typeof one === 'string' ? text(one) : number(one);
    return `<c r="${String.fromCharCode(65 + column)}${row + 1}" ${content}</c>`;
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
  const strings = [...texts.keys()].map((one) => `<si><t>${escaped(one)}</t></si>`).join('');
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
      `<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${sheets.map(([name], i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="r${i + 1}"/>`).join('')}</sheets></workbook>`,
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
