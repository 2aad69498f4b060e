import type { Sha256 } from '@viewgap/artifacts';
import type { QuarantineReason } from '@viewgap/contracts';
import { DENIALS, type Denied, type ListedFile } from '../files/tree/listed-file.ts';
import type { BadRow, ParsedTable, SourceRow } from '../tables/rows/adapter.ts';

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
  /** what would bring more rows together with their images */
  readonly hints?: readonly string[];
}

/** Files by the name by which the label table calls them. */
export type FilesByName = ReadonlyMap<string, readonly ListedFile[]>;

/** How files of one name are told apart. */
export interface Namesakes {
  /** hashes of the files that share their name with another, by path */
  readonly hashes?: ReadonlyMap<string, Sha256>;
  /** what tells files of one name apart, for the person who reads the quarantine */
  readonly cure?: string;
}

/** What becomes of a file or a folder that cannot be opened. */
export function deniedInput(denied: Denied): Omit<Quarantined, 'ref'> {
  return { reason: 'unreadable', detail: DENIALS[denied] };
}

/**
 * Brings each image together with its row. Every file and every row comes out exactly once: in a pair, or with a
 * reason. Files of one name that differ, and rows of one image that differ, are all set aside: any choice might give a
 * film the label of another. An image whose row says that it is a lateral, or sets it aside for another reason, is not
 * read at all.
 */
export function pairImages(filesOf: FilesByName, table: ParsedTable, namesakes: Namesakes = {}): Pairing {
  const quarantined: Quarantined[] = badRows(table.bad);
  const rowsOf = groupBy(table.rows, ({ imageId }) => imageId);
  const pairs: Pair[] = [];
  let matched = 0;
  for (const [imageId, files] of filesOf) {
    const found = oneFile(files, namesakes);
    for (const one of found.aside) quarantined.push(one);
    const rows = rowsOf.get(imageId) ?? [];
    if (found.file === null) {
      const { reason, detail } = found;
      for (const { ref } of rows) quarantined.push({ ref, reason, detail });
      continue;
    }
    const told = oneRow(rows);
    for (const one of told.aside) quarantined.push(one);
    const { file } = found;
    const { row } = told;
    if (row === null) {
      // No row knows a name that is not UTF-8.
      quarantined.push({ ref: file.path, ...(file.denied === 'name' ? deniedInput('name') : told.why) });
      continue;
    }
    matched++;
    const aside = file.denied ? deniedInput(file.denied) : setAside(row);
    if (aside === null) pairs.push({ file, row });
    else quarantined.push({ ref: file.path, ...aside });
  }
  for (const [imageId, rows] of rowsOf) {
    if (filesOf.has(imageId)) continue;
    for (const { ref } of rows) quarantined.push({ ref, reason: 'no-image', detail: imageId });
  }
  pairs.sort((a, b) => (a.row.imageId < b.row.imageId ? -1 : 1));
  return { pairs, matched, quarantined };
}

/** Rows that no adapter could read, as quarantined inputs. */
export function badRows(bad: readonly BadRow[]): Quarantined[] {
  return bad.map(({ ref, detail }) => ({ ref, reason: 'bad-row', detail }));
}

/** Items by a key, keys and items in the order in which they come. */
export function groupBy<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** The files that share the name by which a table calls them: only their bytes tell copies from other films. */
export function namesakesAmong(filesOf: FilesByName): readonly ListedFile[] {
  return [...filesOf.values()]
    .map((files) => files.filter((file) => !file.denied))
    .filter((files) => files.length > 1)
    .flat();
}

/** The file that a name means, where its files are one; `aside` are those that are not used. */
type OneFile =
  | { readonly file: ListedFile; readonly aside: readonly Quarantined[] }
  | ({ readonly file: null; readonly aside: readonly Quarantined[] } & Pick<
      Quarantined,
      'reason' | 'detail'
    >);

function oneFile(files: readonly ListedFile[], { hashes, cure }: Namesakes): OneFile {
  const [first, ...others] = files as [ListedFile, ...ListedFile[]];
  if (others.length === 0) return { file: first, aside: [] };
  const hash = hashes?.get(first.path);
  if (hash !== undefined && others.every(({ path }) => hashes?.get(path) === hash)) {
    const detail = `after ${first.path}`;
    return {
      file: first,
      aside: others.map(({ path }) => ({ ref: path, reason: 'duplicate-file', detail })),
    };
  }
  const reason = 'ambiguous-file';
  const detail = `${files.length} different files have this name${cure === undefined ? '' : `: ${cure}`}`;
  return { file: null, reason, detail, aside: files.map(({ path }) => ({ ref: path, reason, detail })) };
}

/** The row that an image has, where its rows agree; `aside` are those that are not used, `why` holds for the image. */
export type OneRow =
  | { readonly row: SourceRow; readonly aside: readonly Quarantined[] }
  | {
      readonly row: null;
      readonly aside: readonly Quarantined[];
      readonly why: Pick<Quarantined, 'reason' | 'detail'>;
    };

export function oneRow(rows: readonly SourceRow[]): OneRow {
  const [first, ...others] = rows;
  if (first === undefined) return { row: null, aside: [], why: { reason: 'no-label-row', detail: '' } };
  if (others.every((row) => says(row) === says(first))) {
    const detail = `after ${first.ref}`;
    return { row: first, aside: others.map(({ ref }) => ({ ref, reason: 'duplicate-row', detail })) };
  }
  const reason = 'contradictory-row';
  const detail = `${rows.length} rows that differ: ${refsOf(rows)}`;
  return { row: null, why: { reason, detail }, aside: rows.map(({ ref }) => ({ ref, reason, detail })) };
}

/** Refs that a message shows. */
const SHOWN = 5;

function refsOf(rows: readonly SourceRow[]): string {
  const refs = rows.slice(0, SHOWN).map(({ ref }) => ref);
  return `${refs.join(', ')}${rows.length > SHOWN ? ', …' : ''}`;
}

/** What a row says, wherever it stands. */
function says(row: SourceRow): string {
  return JSON.stringify({ ...row, ref: '' });
}

/** Why an image is not used, as far as its row can tell. */
function setAside({ view, unusable }: SourceRow): Omit<Quarantined, 'ref'> | null {
  return unusable ?? (view === 'LATERAL' ? { reason: 'lateral', detail: '' } : null);
}
