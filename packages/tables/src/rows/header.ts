import { TableFault } from '../source/table-fault.ts';
import { cellText } from './cell-text.ts';

const MAX_COLUMNS = 10_000;

/** The names of a table's columns in composed form, without the empty ones behind the last. @throws TableFault where there is none */
export function headerNames(cells: readonly string[]): string[] {
  const names = cells.map(cellText);
  while (names.length > 0 && names.at(-1) === '') names.pop();
  if (names.length === 0) throw noHeader();
  if (names.some((name) => name.includes('\0'))) {
    throw new TableFault('a table that is not text', 'save it as CSV in UTF-8');
  }
  if (names.length > MAX_COLUMNS) {
    throw new TableFault(`a table with ${names.length} columns`, `at most ${MAX_COLUMNS} are read`);
  }
  return names;
}

/** @param hint where the header may be instead */
export function noHeader(hint: string | null = null): TableFault {
  return new TableFault('an empty table', hint ?? 'it needs a header and a row an image');
}

/**
 * Where columns stand in a header, by their whole name, without regard to case, Unicode form, spaces and underscores at
 * its ends or between its words. Of several the one that is written exactly so.
 * @returns none, one, or several that cannot be told apart
 */
export function columnPlaces(names: readonly string[]): (name: string) => readonly number[] {
  const places = new Map<string, number[]>();
  for (const [at, name] of names.entries()) {
    const key = folded(name);
    const those = places.get(key);
    if (those === undefined) places.set(key, [at]);
    else those.push(at);
  }
  return (name) => {
    const those = places.get(folded(name)) ?? [];
    const exact = those.filter((at) => names[at] === name.normalize('NFC'));
    return those.length > 1 && exact.length === 1 ? exact : those;
  };
}

function folded(column: string): string {
  return column
    .normalize('NFC')
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, ' ');
}
