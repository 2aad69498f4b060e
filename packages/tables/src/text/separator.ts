import type { TableRecord } from '../source/table-source.ts';
import { CsvSplitter, LINE_END } from './csv-records.ts';

/** Separators that spreadsheets write; of two that are as frequent, the first. */
const SEPARATORS = [',', ';', '\t', '|'] as const;
export type Separator = (typeof SEPARATORS)[number];

/** How a text table is to be read. */
export interface TextHead {
  readonly separator: Separator;
  /** lines before the header: the line `sep=;` that Excel writes, blank ones, and what a setting says */
  readonly skip: number;
}

/** Blank lines before a header, and lines in which a wrong header is looked for. */
export const BLANK_LINES = 30;

const SEP_LINE = /^"?sep=([,;\t|])"?\s*$/i;

/**
 * Finds the separator and the header of a text table. The separator is the one by which the header has the columns
 * that are wanted; where none does, the one that stands most often in it outside quotes.
 * @param text its beginning, at least up to the end of the header
 * @param headerRow line of the header, from 1; without it the first that is not blank
 * @param isHeader whether these names are those of the table
 */
export function headOf(
  text: string,
  headerRow: number | undefined,
  isHeader: (names: readonly string[]) => boolean,
): TextHead {
  const lines = text.split(LINE_END, Math.max(headerRow ?? 0, BLANK_LINES));
  const said = SEP_LINE.exec(lines[0] ?? '')?.[1] as Separator | undefined;
  const skip = headerRow === undefined ? firstLine(lines, said === undefined ? 0 : 1) : headerRow - 1;
  const names = (separator: Separator) => recordsOf(text, separator, skip)[0]?.cells ?? [];
  const separator =
    said ??
    SEPARATORS.find((one) => isHeader(names(one))) ??
    SEPARATORS.reduce((best, one) => (names(one).length > names(best).length ? one : best));
  return { separator, skip };
}

/** The line, from 1, of the first record that is a header by any separator; null where there is none. */
export function headerLine(text: string, isHeader: (names: readonly string[]) => boolean): number | null {
  const found = SEPARATORS.flatMap((separator) =>
    recordsOf(text, separator, 0)
      .slice(0, BLANK_LINES)
      .filter(({ cells }) => isHeader(cells))
      .map(({ line }) => line),
  );
  return found.sort((a, b) => a - b)[0] ?? null;
}

function recordsOf(text: string, separator: Separator, skip: number): TableRecord[] {
  return new CsvSplitter(separator, skip).push(text, true);
}

function firstLine(lines: readonly string[], from: number): number {
  const at = lines.findIndex((line, i) => i >= from && /[^\s,;|"]/.test(line));
  return at === -1 ? from : at;
}
