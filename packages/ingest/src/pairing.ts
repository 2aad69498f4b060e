import type { QuarantineReason } from '@viewgap/contracts';
import type { ParsedTable, SourceRow } from './adapter.ts';
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

export interface Pairing {
  /** what is to be read, sorted by image id */
  readonly pairs: readonly Pair[];
  /** images with a row, those too that their row sets aside */
  readonly matched: number;
  readonly quarantined: readonly Quarantined[];
}

/**
 * Brings each image together with its row. Every file and every row comes out exactly once: in a pair, or with a
 * reason. An image whose row says that it is a lateral, or sets it aside for another reason, is not read at all.
 */
export function pairImages(
  images: readonly ListedFile[],
  table: ParsedTable,
  imageIdOf: (path: string) => string,
): Pairing {
  const quarantined: Quarantined[] = table.bad.map(({ ref, detail }) => ({ ref, reason: 'bad-row', detail }));
  const rows = new Map<string, SourceRow>();
  for (const row of table.rows) {
    const first = rows.get(row.imageId);
    if (first === undefined) rows.set(row.imageId, row);
    else quarantined.push({ ref: row.ref, reason: 'duplicate-row', detail: `after ${first.ref}` });
  }
  const files = new Map<string, ListedFile>();
  const pairs: Pair[] = [];
  let matched = 0;
  for (const file of images) {
    const imageId = imageIdOf(file.path);
    const first = files.get(imageId);
    const row = rows.get(imageId);
    if (first !== undefined) {
      quarantined.push({ ref: file.path, reason: 'duplicate-file', detail: `after ${first.path}` });
      continue;
    }
    files.set(imageId, file);
    if (row === undefined) {
      quarantined.push({ ref: file.path, reason: 'no-label-row', detail: '' });
      continue;
    }
    matched++;
    const aside = setAside(row);
    if (aside === null) pairs.push({ file, row });
    else quarantined.push({ ref: file.path, ...aside });
  }
  for (const row of rows.values()) {
    if (!files.has(row.imageId)) quarantined.push({ ref: row.ref, reason: 'no-image', detail: row.imageId });
  }
  pairs.sort((a, b) => (a.row.imageId < b.row.imageId ? -1 : 1));
  return { pairs, matched, quarantined };
}

/** Why an image is not used, as far as its row can tell. */
function setAside({ view, unusable }: SourceRow): Omit<Quarantined, 'ref'> | null {
  return unusable ?? (view === 'LATERAL' ? { reason: 'lateral', detail: '' } : null);
}
