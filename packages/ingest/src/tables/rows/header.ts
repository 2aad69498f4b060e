import { nearestName } from '@viewgap/contracts';
import { columnPlaces, type TableUse } from '@viewgap/tables';
import { SourceError } from './source-error.ts';

/** Wanted columns by our name for them, each with the names that the source may have given it. */
export type Wanted = Readonly<Record<string, readonly string[]>>;

/** Whether a line has the columns that are needed. */
export function isHeaderOf(needed: Wanted): TableUse['isHeader'] {
  return (names) => {
    const places = columnPlaces(names);
    return Object.values(needed).every((all) => all.some((name) => places(name).length > 0));
  };
}

/**
 * Where each wanted column stands in a header; -1 for an optional one that it lacks.
 * @param hint where the header may be instead, for the error
 * @throws SourceError
 */
export function findColumns(
  path: string,
  header: readonly string[],
  needed: Wanted,
  optional: Wanted,
  hint: string | null,
): readonly (readonly [string, number])[] {
  const places = columnPlaces(header);
  const placeOf = (names: readonly string[]) => {
    for (const name of names) {
      const [first, ...others] = places(name);
      if (others.length > 0) {
        const cure = 'rename all but the one that is meant';
        throw new SourceError(`${others.length + 1} columns "${name}"`, path, cure);
      }
      if (first !== undefined) return first;
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

/** A table without a header has a patient's cells in its place. */
function noColumn(name: string, path: string, header: readonly string[], hint: string | null): SourceError {
  const first = `its first row must name the columns: it has ${header.length}; \`viewgap ingest … --explain --reveal\` shows them`;
  return new SourceError(`no column "${name}"`, path, hint ?? first, {
    quoting: { cure: hint ?? nearestName(name, header) },
  });
}
