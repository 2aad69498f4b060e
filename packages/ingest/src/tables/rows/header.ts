import { nearestName } from '@viewgap/contracts';
import { SourceError } from './source-error.ts';

/** Wanted columns by our name for them, each with the names that the source may have given it. */
export type Wanted = Readonly<Record<string, readonly string[]>>;

const MAX_COLUMNS = 10_000;

/** The names of a table's columns, without the empty ones behind the last. @throws SourceError where there is none */
export function trimmedHeader(path: string, cells: readonly string[]): string[] {
  const header = [...cells];
  while (header.length > 0 && header.at(-1)?.trim() === '') header.pop();
  if (header.length === 0) throw noHeader(path);
  if (header.length > MAX_COLUMNS) {
    throw new SourceError('a table with too many columns', path, `${header.length}, at most ${MAX_COLUMNS}`);
  }
  return header;
}

export function noHeader(path: string): SourceError {
  return new SourceError('an empty table', path, 'it needs a header and a row an image');
}

/**
 * Where each wanted column stands in a header; -1 for an optional one that it lacks. Columns are found by their whole
 * name, without regard to case, Unicode form, spaces and underscores at its ends or between its words.
 * @param hint where the header may be instead, for the error
 * @throws SourceError
 */
export function findColumns(
  path: string,
  header: readonly string[],
  needed: Wanted,
  optional: Wanted,
  hint: string | null = null,
) {
  const places = new Map<string, number[]>();
  for (const [at, name] of header.entries()) {
    const key = normalised(name);
    const those = places.get(key);
    if (those === undefined) places.set(key, [at]);
    else those.push(at);
  }
  const placeOf = (names: readonly string[]) => {
    for (const name of names) {
      const those = places.get(normalised(name)) ?? [];
      const exact = those.length > 1 ? those.filter((at) => header[at]?.trim() === name) : those;
      if (those.length > 0 && exact.length !== 1) {
        throw new SourceError(
          `${those.length} columns "${name}"`,
          path,
          'rename all but the one that is meant',
        );
      }
      if (exact[0] !== undefined) return exact[0];
    }
    return undefined;
  };
  const found = Object.entries(needed).map(([key, names]) => {
    const at = placeOf(names);
    if (at === undefined) throw noColumn(names[0] ?? '', path, header, hint);
    return [key, at] as const;
  });
  const others = Object.entries(optional).map(([key, names]) => [key, placeOf(names) ?? -1] as const);
  return [...found, ...others];
}

/** Whether a line has the columns that are needed. */
export function hasColumns(line: readonly string[], needed: Wanted): boolean {
  const names = new Set(line.map(normalised));
  return Object.values(needed).every((all) => all.some((name) => names.has(normalised(name))));
}

/** A table without a header has a patient's cells in its place. */
function noColumn(name: string, path: string, header: readonly string[], hint: string | null): SourceError {
  const first = `its first row must name the columns: it has ${header.length}; \`viewgap ingest … --explain --reveal\` shows them`;
  return new SourceError(`no column "${name}"`, path, hint ?? first, {
    quoting: { cure: hint ?? nearestName(name, header) },
  });
}

function normalised(column: string): string {
  return column
    .normalize('NFC')
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, ' ');
}
