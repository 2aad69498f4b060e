import { type Finding, type Label, type LabelMapping, nearestName } from '@viewgap/contracts';
import type { BadRow, SourceTable } from './adapter.ts';
import { type CsvRow, findColumns, readCsv, type Wanted } from './csv-table.ts';
import { isGrid, readGrid } from './grid-table.ts';
import { anyLabel } from './labels.ts';
import { SourceError } from './source-error.ts';
import { readJson } from './source-table.ts';
import { ValueMap } from './value-map.ts';

/** Rows of a csv or tsv table, of an .xlsx or .parquet one, or of a JSON file that is a list of flat objects. */
export async function* readRows<W extends Wanted>(
  table: SourceTable,
  wanted: W,
  bad: BadRow[],
): AsyncGenerator<CsvRow<keyof W & string>> {
  if (isGrid(table.path)) yield* gridRows(table, wanted);
  else if (/\.json(\.gz)?$/i.test(table.path)) yield* jsonRows(table, wanted);
  else yield* readCsv(table, wanted, bad);
}

async function* gridRows<W extends Wanted>(
  table: SourceTable,
  wanted: W,
): AsyncGenerator<CsvRow<keyof W & string>> {
  const { header, rows } = await readGrid(table);
  const columns = findColumns(table.path, header, wanted, {});
  for (const [i, row] of rows.entries()) {
    const pairs = columns.map(([key, at]) => [key, row[at] ?? '']);
    yield {
      // The header is line 1.
      ref: `${table.path}:${i + 2}`,
      cells: Object.fromEntries(pairs) as Record<keyof W & string, string>,
    };
  }
}

async function* jsonRows<W extends Wanted>(
  table: SourceTable,
  wanted: W,
): AsyncGenerator<CsvRow<keyof W & string>> {
  const { path } = table;
  const list = await readJson(table);
  if (!Array.isArray(list)) throw new SourceError('not a list of rows', path, 'name a JSON list of objects');
  for (const [i, row] of (list as Record<string, unknown>[]).entries()) {
    const pairs = Object.entries(wanted).map(([key, [name = '']]) => {
      const value = row?.[name];
      if (value === undefined)
        throw new SourceError(`no key "${name}"`, path, 'correct the mapping or the table', {
          quoting: { cure: nearestName(name, Object.keys(row ?? {})) },
        });
      return [key, String(value ?? '').trim()];
    });
    yield { ref: `${path}:${i + 1}`, cells: Object.fromEntries(pairs) as Record<keyof W & string, string> };
  }
}

/** Labels by a mapping of pipeline.json: which columns to ask a table for, and what their texts say. */
export class MappedLabel {
  readonly #values: ValueMap<Label>;

  constructor(
    /** tells this mapping's columns from another's */
    private readonly key: string,
    private readonly mapping: LabelMapping,
    /** where pipeline.json has it: `mapping.labels.PEF` */
    place: string,
  ) {
    const { columns, values } = mapping;
    this.#values = new ValueMap({ columns, setting: `${place}.values`, meanings: '1, 0 or null' }, values);
  }

  columns(): Wanted {
    return Object.fromEntries(this.mapping.columns.map((name, i) => [`${this.key} ${i}`, [name]]));
  }

  /** An empty text that the mapping does not list is not known; any other is kept for `refuse`. */
  label(cells: Readonly<Record<string, string>>): Label {
    return anyLabel(
      this.mapping.columns.map((_, i) => this.#values.meaning(cells[`${this.key} ${i}`] ?? '') ?? null),
    );
  }

  /** @throws SourceError where a text was met that the mapping does not list */
  refuse(path: string): void {
    this.#values.refuse(path);
  }
}

export type FindingMappings = Readonly<Partial<Record<Finding, LabelMapping | undefined>>>;

/**
 * A mapping for each finding that has one.
 * @param place where pipeline.json has them: `mapping.labels`
 */
export function mappedFindings(labels: FindingMappings, place: string): ReadonlyMap<Finding, MappedLabel> {
  const entries = Object.entries(labels) as [Finding, LabelMapping | undefined][];
  return new Map(
    entries.flatMap(([finding, mapping]) =>
      mapping ? [[finding, new MappedLabel(finding, mapping, `${place}.${finding}`)]] : [],
    ),
  );
}

/** The columns of several mappings. */
export function columnsOf(mappings: Iterable<MappedLabel>): Wanted {
  return Object.assign({}, ...[...mappings].map((mapping) => mapping.columns()));
}
