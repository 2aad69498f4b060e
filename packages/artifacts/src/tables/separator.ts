/** Separators that spreadsheets write; of two that are as frequent, the first. */
export const SEPARATORS = [',', ';', '\t', '|'] as const;
export type Separator = (typeof SEPARATORS)[number];

/** How the first lines of a text table are to be read. */
export interface TextHead {
  readonly separator: Separator;
  /** lines before the header: the line `sep=;` that Excel writes, and what a setting says */
  readonly skip: number;
  readonly header: readonly string[];
}

const SEP_LINE = /^"?sep=([,;\t|])"?\s*$/i;

/**
 * Finds the separator and the header of a text table. The separator is the one by which the header has the columns
 * that are wanted; where none does, the one that stands most often in it outside quotes.
 * @param text its beginning, at least up to the end of the header's line
 * @param headerRow line of the header, from 1; without it the first that is not blank
 * @param hasWanted whether a header names the wanted columns
 */
export function headOf(
  text: string,
  headerRow: number | undefined,
  hasWanted: (header: readonly string[]) => boolean,
): TextHead {
  const lines = text.split(LINE_END, Math.max(headerRow ?? 0, BLANK_LINES));
  const said = SEP_LINE.exec(lines[0] ?? '')?.[1] as Separator | undefined;
  const at = headerRow === undefined ? firstLine(lines, said === undefined ? 0 : 1) : headerRow - 1;
  const line = lines[at] ?? '';
  const separator = said ?? SEPARATORS.find((one) => hasWanted(splitLine(line, one))) ?? mostFrequent(line);
  return { separator, skip: at, header: splitLine(line, separator) };
}

/** The line ends that are met: of Windows, of Unix, of the old Macintosh, in one file too. */
export const LINE_END = /\r\n|\n|\r/;
/** Blank lines before a header, and lines in which a wrong header is looked for. */
export const BLANK_LINES = 30;

function firstLine(lines: readonly string[], from: number): number {
  const at = lines.findIndex((line, i) => i >= from && /[^\s,;|"]/.test(line));
  return at === -1 ? from : at;
}

function mostFrequent(line: string): Separator {
  const cells = (separator: Separator) => splitLine(line, separator).length;
  return SEPARATORS.reduce((best, one) => (cells(one) > cells(best) ? one : best));
}

/** The cells of a line, without the quotes around them. */
export function splitLine(line: string, separator: Separator): string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < line.length; i++) {
    const char = line[i] as string;
    if (isQuoted) {
      if (char !== '"') cell += char;
      else if (line[i + 1] === '"') {
        cell += char;
        i++;
      } else isQuoted = false;
    } else if (char === '"' && cell === '') isQuoted = true;
    else if (char === separator) {
      cells.push(cell);
      cell = '';
    } else cell += char;
  }
  return [...cells, cell];
}
