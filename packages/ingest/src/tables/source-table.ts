import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { UserError } from '@viewgap/contracts';
import type { SourceTable } from './adapter.ts';
import { SourceError } from './source-error.ts';

/**
 * A table below a root, unpacked where its name ends in .gz.
 * @throws SourceError (while it is read) where the archive is damaged or cut short
 */
export function tableFile(root: string, path: string): SourceTable {
  const file = join(root, path);
  return { path, ...(!path.endsWith('.gz') && { file }), bytes: () => unpacked(file, path) };
}

/**
 * The label table of a source that has one.
 * @param name as its data set calls it: `Data_Entry*.csv`
 * @param expects the adapter's own words on what must be in place
 * @throws UserError where there is none, or more than one
 */
export function onlyTable(tables: readonly SourceTable[], name: string, expects: string): SourceTable {
  const [table, second] = tables;
  if (!table) throw new UserError('no label table', name, `needed: ${expects}`);
  if (second) {
    throw new UserError('more than one label table', `${table.path}, ${second.path}`, 'keep one of them');
  }
  return table;
}

async function* unpacked(file: string, path: string): AsyncGenerator<Uint8Array> {
  const stream = createReadStream(file);
  if (!path.endsWith('.gz')) {
    yield* stream;
    return;
  }
  const gunzip = createGunzip();
  stream.on('error', (error) => gunzip.destroy(error));
  try {
    yield* stream.pipe(gunzip);
  } catch (cause) {
    if (!/^(Z_|ERR_.*ZLIB)/.test((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
    throw new SourceError('a damaged gzip file', path, 'fetch it again', { cause });
  } finally {
    stream.destroy();
  }
}

const MAX_JSON_BYTES = 2 ** 28;

/** The value of a JSON table. @throws SourceError where it is no JSON, or larger than 256 MiB */
export async function readJson(table: SourceTable): Promise<unknown> {
  const { path } = table;
  const bytes = await readWhole(
    table,
    MAX_JSON_BYTES,
    () => new SourceError('a JSON file above 256 MiB', path, 'name the right file'),
  );
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new SourceError('not JSON', path, 'fetch it again', { cause });
  }
}

/** All bytes of a table. @throws what `tooLarge` makes where they are more than `most` */
export async function readWhole(
  { bytes }: SourceTable,
  most: number,
  tooLarge: () => SourceError,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of bytes()) {
    total += chunk.length;
    if (total > most) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The lines of a list that are not empty, trimmed. */
export async function readLines(table: SourceTable): Promise<string[]> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of table.bytes()) text += decoder.decode(chunk, { stream: true });
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
