import { type Label, type LabelMapping, nearestName } from '@viewgap/contracts';
import { decoded, LINE_END } from '@viewgap/tables';
import { readCsv } from './csv-table.ts';
import { anyLabel } from './labels.ts';
import { isParquet, parquetRows } from './parquet-table.ts';
import type { BadRow, SourceTable } from './rows/adapter.ts';
import type { Wanted } from './rows/header.ts';
import { sourceError, type TableRow, type TableSettings } from './rows/named-rows.ts';
import { SourceError } from './rows/source-error.ts';
import type { Statement } from './rows/statement.ts';
import { readJson } from './source-table.ts';
import { ValueMap } from './value-map.ts';

/**
 * Rows of a text table, of an .xlsx or .parquet one, or of a JSON file that is a list of flat objects, or has one on
 * each line.
 */
export async function* readRows<W extends Wanted>(
  table: SourceTable,
  wanted: W,
  bad: BadRow[],
  settings: TableSettings = {},
): AsyncGenerator<TableRow<keyof W & string>> {
  const { path } = table;
  if (isParquet(path)) yield* parquetRows(table, wanted, bad);
  else if (/\.json(\.gz)?$/i.test(path)) yield* jsonRows(path, jsonList(table), wanted);
  else if (/\.(jsonl|ndjson)(\.gz)?$/i.test(path)) yield* jsonRows(path, jsonLines(table, settings), wanted);
  else yield* readCsv(table, wanted, bad, undefined, settings);
}

type JsonRow = Readonly<Record<string, unknown>> | null;

async function* jsonList(table: SourceTable): AsyncGenerator<JsonRow> {
  const list = await readJson(table);
  if (!Array.isArray(list)) {
    throw new SourceError('not a list of rows', table.path, 'name a JSON list of objects');
  }
  yield* list as JsonRow[];
}

async function* jsonLines(
  { path, bytes }: SourceTable,
  { encoding }: TableSettings,
): AsyncGenerator<JsonRow> {
  const row = (line: string): JsonRow[] => (line.trim() === '' ? [] : [JSON.parse(line) as JsonRow]);
  try {
    let rest = '';
    for await (const piece of decoded(bytes, encoding)) {
      const lines = (rest + piece).split(LINE_END);
      rest = lines.pop() ?? '';
      for (const line of lines) yield* row(line);
    }
    yield* row(rest);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw sourceError(cause, path);
    throw new SourceError('not JSON lines', path, 'write an object on each line', { cause });
  }
}

async function* jsonRows<W extends Wanted>(
  path: string,
  rows: AsyncIterable<JsonRow>,
  wanted: W,
): AsyncGenerator<TableRow<keyof W & string>> {
  let number = 0;
  for await (const row of rows) {
    number++;
    const named = new Map(Object.entries(row ?? {}).map(([key, value]) => [key.normalize('NFC'), value]));
    const pairs = Object.entries(wanted).map(([key, [name = '']]) => {
      const value = named.get(name.normalize('NFC'));
      if (value === undefined)
        throw new SourceError(`no key "${name}"`, path, 'correct the mapping or the table', {
          quoting: { cure: nearestName(name, [...named.keys()]) },
        });
      return [
        key,
        String(value ?? '')
          .trim()
          .normalize('NFC'),
      ];
    });
    yield { ref: `${path}:${number}`, cells: Object.fromEntries(pairs) as Record<keyof W & string, string> };
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

/** How a table says labels, by their names. */
export type LabelMappings = Readonly<Record<string, LabelMapping>>;

/**
 * What reads each label.
 * @param place where pipeline.json has them: `mapping.labels`
 */
export function mappedLabels(labels: LabelMappings, place: string): ReadonlyMap<string, MappedLabel> {
  return new Map(
    Object.entries(labels).map(([name, mapping]) => [
      name,
      new MappedLabel(name, mapping, `${place}.${name}`),
    ]),
  );
}

/** What a row says of these labels. */
export function mappedStatement(
  labels: ReadonlyMap<string, MappedLabel>,
  cells: Readonly<Record<string, string>>,
): Statement {
  const present: string[] = [];
  const absent: string[] = [];
  for (const [name, mapping] of labels) {
    const label = mapping.label(cells);
    if (label !== null) (label === 1 ? present : absent).push(name);
  }
  return { present, absent };
}

/** The columns of several mappings. */
export function columnsOf(mappings: Iterable<MappedLabel>): Wanted {
  return Object.assign({}, ...[...mappings].map((mapping) => mapping.columns()));
}
