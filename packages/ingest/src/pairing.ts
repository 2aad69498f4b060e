import type { QuarantineReason } from '@viewgap/contracts';
import type { Adapter, ParsedTable, SourceRow } from './adapter.ts';
import type { ListedFile } from './listing.ts';

/** An image file with its row of the label table. */
export interface Pair {
  readonly file: ListedFile;
  readonly row: SourceRow;
}

/** An input that is not used. `ref` is a path relative to the root, or `<table>:<line>`. */
export interface Quarantined {
  readonly ref: string;
  readonly reason: QuarantineReason;
  readonly detail: string;
}

/**
 * Brings each image together with its row. Every file and every row comes out exactly once: in a pair, or with a
 * reason. Pairs are sorted by image id.
 */
export function pairImages(
  images: readonly ListedFile[],
  table: ParsedTable,
  adapter: Pick<Adapter, 'imageId'>,
): { readonly pairs: Pair[]; readonly quarantined: Quarantined[] } {
  const quarantined: Quarantined[] = table.bad.map(({ ref, detail }) => ({ ref, reason: 'bad-row', detail }));
  const rows = new Map<string, SourceRow>();
  for (const row of table.rows) {
    const first = rows.get(row.imageId);
    if (first === undefined) rows.set(row.imageId, row);
    else quarantined.push({ ref: row.ref, reason: 'duplicate-row', detail: `after ${first.ref}` });
  }
  const files = new Map<string, ListedFile>();
  const pairs: Pair[] = [];
  for (const file of images) {
    const imageId = adapter.imageId(file.path);
    const first = files.get(imageId);
    const row = rows.get(imageId);
    if (first !== undefined) {
      quarantined.push({ ref: file.path, reason: 'duplicate-file', detail: `after ${first.path}` });
      continue;
    }
    files.set(imageId, file);
    if (row === undefined) quarantined.push({ ref: file.path, reason: 'no-label-row', detail: '' });
    else pairs.push({ file, row });
  }
  for (const row of rows.values()) {
    if (!files.has(row.imageId)) quarantined.push({ ref: row.ref, reason: 'no-image', detail: row.imageId });
  }
  pairs.sort((a, b) => (a.row.imageId < b.row.imageId ? -1 : 1));
  return { pairs, quarantined };
}
