import { type TableRow as Row, TableFault, type TableUse } from '@viewgap/tables';
import type { BadRow } from './adapter.ts';
import { findColumns, isHeaderOf, type Wanted } from './header.ts';
import { SourceError } from './source-error.ts';

export type { TableSettings } from '@viewgap/tables';

export interface TableRow<Key extends string> {
  /** `<file>:<line>` */
  readonly ref: string;
  /** trimmed text of the wanted columns, in composed form; empty where an optional column is absent */
  readonly cells: Readonly<Record<Key, string>>;
}

export interface WantedColumns<Needed extends Wanted, Optional extends Wanted> {
  readonly needed: Needed;
  readonly optional?: Optional | undefined;
  /** receives the rows that do not have the header's shape */
  readonly bad: BadRow[];
}

/**
 * The rows below a table's header, each with the cells of the wanted columns by our names for them.
 * @param rows of the table in which columns are chosen so
 * @throws SourceError that names the missing column, the file and the nearest column that is there
 */
export async function* namedRows<Needed extends Wanted, Optional extends Wanted = Record<never, never>>(
  path: string,
  rows: (use: TableUse) => AsyncIterable<readonly Row[]>,
  { needed, optional, bad }: WantedColumns<Needed, Optional>,
): AsyncGenerator<TableRow<(keyof Needed | keyof Optional) & string>> {
  let keys: readonly string[] = [];
  const choose: TableUse['choose'] = (header, _, hint) => {
    const columns = findColumns(path, header, needed, optional ?? {}, hint);
    keys = columns.map(([key]) => key);
    return columns.map(([, at]) => at);
  };
  try {
    for await (const batch of rows({ isHeader: isHeaderOf(needed), choose })) {
      for (const { line, cells, fault } of batch) {
        const ref = `${path}:${line}`;
        if (fault !== null) {
          bad.push({ ref, detail: fault });
          continue;
        }
        const pairs = keys.map((key, i) => [key, cells[i] ?? '']);
        yield {
          ref,
          cells: Object.fromEntries(pairs) as Record<(keyof Needed | keyof Optional) & string, string>,
        };
      }
    }
  } catch (cause) {
    throw sourceError(cause, path);
  }
}

/** A fault of a table as an error about its source; any other error as it is. */
export function sourceError(error: unknown, path: string): unknown {
  if (!(error instanceof TableFault)) return error;
  const { what, cure, quoted } = error;
  return new SourceError(what, path, cure, { quoting: { cure: quoted }, cause: error });
}
