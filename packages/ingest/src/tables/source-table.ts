import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { UserError } from '@viewgap/contracts';
import { decoded, fileBytes, LINE_END } from '@viewgap/tables';
import type { SourceTable } from './rows/adapter.ts';
import { sourceError } from './rows/named-rows.ts';
import { SourceError } from './rows/source-error.ts';

/**
 * A table below a root, unpacked where its name ends in .gz. It is called by its path in composed form (NFC): macOS
 * writes names decomposed.
 * @throws SourceError (while it is read) where the archive is damaged or cut short
 */
export function tableFile(root: string, path: string): SourceTable {
  const file = join(root, path);
  const name = path.normalize('NFC');
  return { path: name, ...(!path.endsWith('.gz') && { file }), bytes: fileBytes(file) };
}

/** Tables without those of the same bytes as one before: people unpack `x.csv.gz` and keep it, or download twice. */
export async function distinctTables(tables: readonly SourceTable[]): Promise<readonly SourceTable[]> {
  if (tables.length < 2) return tables;
  const distinct = new Map<string, SourceTable>();
  for (const table of tables) {
    const hash = createHash('sha256');
    for await (const piece of table.bytes()) hash.update(piece);
    const key = hash.digest('hex');
    if (!distinct.has(key)) distinct.set(key, table);
  }
  return [...distinct.values()];
}

/**
 * The label table of a source that has one, which may lie there twice.
 * @param name as its data set calls it: `Data_Entry*.csv`
 * @param expects the adapter's own words on what must be in place
 * @throws UserError where there is none, or more than one
 */
export async function onlyTable(
  tables: readonly SourceTable[],
  name: string,
  expects: string,
): Promise<SourceTable> {
  const [table, second] = await distinctTables(tables);
  if (!table) throw new UserError('no label table', name, `needed: ${expects}`);
  if (second) {
    throw new UserError('more than one label table', `${table.path}, ${second.path}`, 'keep one of them');
  }
  return table;
}

const MAX_JSON_BYTES = 2 ** 28;

/** The value of a JSON table. @throws SourceError where it is no JSON, or larger than 256 MiB */
export async function readJson(table: SourceTable): Promise<unknown> {
  const text = await wholeText(table);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SourceError('not JSON', table.path, 'fetch it again', { cause });
  }
}

async function wholeText({ path, bytes }: SourceTable): Promise<string> {
  const pieces: string[] = [];
  let total = 0;
  try {
    for await (const piece of decoded(bytes)) {
      total += piece.length;
      if (total > MAX_JSON_BYTES) {
        throw new SourceError('a JSON file above 256 MiB', path, 'name the right file');
      }
      pieces.push(piece);
    }
  } catch (cause) {
    throw sourceError(cause, path);
  }
  return pieces.join('');
}

/** The lines of a list that are not empty, trimmed. */
export async function readLines(table: SourceTable): Promise<string[]> {
  const text = await wholeText(table);
  return text
    .split(LINE_END)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
