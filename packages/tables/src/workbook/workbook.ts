import { Readable } from 'node:stream';
import { type Entry, fromBufferPromise, openPromise, type ZipFile } from 'yauzl';
import { TableFault } from '../source/table-fault.ts';
import type { Bytes, TableSource } from '../source/table-source.ts';
import { MARKUP } from '../text/text-table.ts';
import { builtInFormat, EPOCH_1900, formatOf, type NumberFormat, PLAIN } from './number-format.ts';
import { TextPool } from './text-pool.ts';
import { readXml, XmlFault } from './xml-events.ts';

export interface Sheet {
  readonly name: string;
  readonly part: string;
  readonly isHidden: boolean;
}

/** An .xlsx file: its sheets, and what all of them refer to. */
export interface Workbook {
  readonly sheets: readonly Sheet[];
  readonly texts: TextPool;
  /** by the number of a cell's style */
  readonly formats: readonly NumberFormat[];
  /** days between its day 0 and 1970 */
  readonly epoch: number;
  /** the bytes of one of its files, unpacked */
  readonly bytes: (part: string) => () => AsyncIterable<Uint8Array>;
}

/** Days from the day 0 of old Macintosh workbooks to 1970. */
const EPOCH_1904 = 24_107;

/**
 * Lends an .xlsx file while it is used. Its texts are in memory, once each; sheets are read as streams.
 * @throws TableFault where it is no workbook, or a damaged one
 */
export async function* withWorkbook<Result>(
  table: TableSource,
  use: (workbook: Workbook) => AsyncGenerator<Result>,
): AsyncGenerator<Result> {
  let zip: ZipFile | null = null;
  try {
    zip = await openZip(table);
    const parts = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) parts.set(entry.fileName, entry);
    yield* use(await openParts(zip, parts));
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    throw new TableFault('a workbook that cannot be read', 'save it again as .xlsx or as csv', { cause });
  } finally {
    zip?.close();
  }
}

/** What damaged bytes make the unpackers and the parser throw. An error of the system or a bug stays what it is. */
function isDamage(error: unknown): boolean {
  if (error instanceof XmlFault) return true;
  if (!(error instanceof Error) || error instanceof TableFault) return false;
  const { code } = error as NodeJS.ErrnoException;
  // yauzl's own errors are plain ones.
  return code === undefined ? error.constructor === Error : /^Z_/.test(code);
}

/** A packed table lies nowhere on the disk, and a zip is read from its end. */
async function openZip({ file, bytes }: TableSource): Promise<ZipFile> {
  const options = { autoClose: false, lazyEntries: true, validateEntrySizes: true } as const;
  const head = await firstBytes(bytes);
  if (!head.startsWith('PK')) throw await otherKind(head, bytes);
  if (file !== undefined) return openPromise(file, options);
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes()) chunks.push(chunk);
  return fromBufferPromise(Buffer.concat(chunks), options);
}

async function firstBytes(bytes: Bytes): Promise<string> {
  for await (const chunk of bytes()) return Buffer.from(chunk.subarray(0, 256)).toString('latin1');
  return '';
}

/** What is named .xlsx and is none. */
async function otherKind(head: string, bytes: Bytes): Promise<TableFault> {
  if (head === '') return new TableFault('an empty file', 'save it again as .xlsx');
  if (head.startsWith('\xd0\xcf\x11\xe0')) {
    return (await isEncrypted(bytes))
      ? new TableFault('a workbook with a password', 'save it as .xlsx without a password')
      : new TableFault('a workbook of the old kind (.xls)', 'save it as .xlsx or as csv');
  }
  return MARKUP.test(head.replace(/^\xef\xbb\xbf/, ''))
    ? new TableFault(
        'a web page or XML that is named as a workbook',
        'open it in a spreadsheet program and save it as .xlsx',
      )
    : new TableFault('not a workbook', 'save it as .xlsx, or name it .csv if it is one');
}

const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le');

/** Excel wraps a workbook with a password into the container of the old kind, as a stream of this name. */
async function isEncrypted(bytes: Bytes): Promise<boolean> {
  let end = Buffer.alloc(0);
  for await (const chunk of bytes()) {
    const both = Buffer.concat([end, chunk]);
    if (both.includes(ENCRYPTED)) return true;
    end = both.subarray(-ENCRYPTED.length);
  }
  return false;
}

async function openParts(zip: ZipFile, parts: ReadonlyMap<string, Entry>): Promise<Workbook> {
  const bytes = (part: string) =>
    async function* (): AsyncIterable<Uint8Array> {
      const entry = parts.get(part);
      if (!entry) throw new XmlFault(`no part ${part}`);
      const stream = await zip.openReadStreamPromise(entry);
      yield* Readable.from(stream) as AsyncIterable<Uint8Array>;
    };
  const book = await bookPart(parts, bytes);
  if (book === null) throw new TableFault('not a workbook', 'save it as .xlsx or as csv');
  const folder = book.slice(0, book.lastIndexOf('/') + 1);
  const targets = await relations(bytes, `${folder}_rels/${book.slice(folder.length)}.rels`, folder);
  const sheets: Sheet[] = [];
  let epoch = EPOCH_1900;
  await readXml(bytes(book), {
    open: (name, attributes) => {
      if (name === 'workbookPr' && /^(1|true)$/.test(attributes.date1904 ?? '')) epoch = EPOCH_1904;
      const id = Object.keys(attributes).find((key) => key.endsWith(':id'));
      const target = name === 'sheet' && id !== undefined ? targets.get(attributes[id] ?? '') : undefined;
      // Sheets of charts have no cells.
      if (target?.type === 'worksheet') {
        const isHidden = (attributes.state ?? 'visible') !== 'visible';
        sheets.push({ name: attributes.name ?? '', part: target.part, isHidden });
      }
    },
  });
  const partOf = (type: string) =>
    [...targets.values()].find((target) => target.type === type && parts.has(target.part))?.part;
  const [strings, styles] = [partOf('sharedStrings'), partOf('styles')];
  return {
    sheets,
    texts: strings === undefined ? new TextPool() : await sharedTexts(bytes(strings)),
    formats: styles === undefined ? [] : await cellFormats(bytes(styles)),
    epoch,
    bytes,
  };
}

type Target = { readonly type: string; readonly part: string };

async function relations(
  bytes: Workbook['bytes'],
  part: string,
  folder: string,
): Promise<ReadonlyMap<string, Target>> {
  const targets = new Map<string, Target>();
  await readXml(bytes(part), {
    open: (name, { Id = '', Type = '', Target = '' }) => {
      if (name !== 'Relationship') return;
      const inside = Target.startsWith('/')
        ? Target.slice(1)
        : `${folder}${Target}`.replace(/[^/]+\/\.\.\//g, '');
      targets.set(Id, { type: Type.slice(Type.lastIndexOf('/') + 1), part: inside });
    },
  });
  return targets;
}

async function bookPart(parts: ReadonlyMap<string, Entry>, bytes: Workbook['bytes']): Promise<string | null> {
  if (!parts.has('_rels/.rels')) return null;
  const targets = await relations(bytes, '_rels/.rels', '');
  return (
    [...targets.values()].find(({ type, part }) => type === 'officeDocument' && parts.has(part))?.part ?? null
  );
}

/** Letters that Excel writes in another way: `_x000D_`. */
export function plainText(text: string): string {
  return text.includes('_x')
    ? text.replace(/_x([0-9A-F]{4})_/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;
}

/** Each text once. How it is to be pronounced (`rPh`, in Japanese workbooks) is no part of it. */
async function sharedTexts(bytes: () => AsyncIterable<Uint8Array>): Promise<TextPool> {
  const pool = new TextPool();
  let text = '';
  let [inText, inReading] = [false, false];
  await readXml(bytes, {
    open: (name) => {
      if (name === 'si') text = '';
      else if (name === 't') inText = true;
      else if (name === 'rPh') inReading = true;
    },
    text: (piece) => {
      if (inText && !inReading) text += piece;
    },
    close: (name) => {
      if (name === 'si') pool.add(plainText(text));
      else if (name === 't') inText = false;
      else if (name === 'rPh') inReading = false;
    },
  });
  return pool;
}

async function cellFormats(bytes: () => AsyncIterable<Uint8Array>): Promise<NumberFormat[]> {
  const own = new Map<number, NumberFormat>();
  const ids: number[] = [];
  let inCells = false;
  await readXml(bytes, {
    open: (name, { numFmtId = '0', formatCode = '' }) => {
      if (name === 'numFmt') own.set(Number(numFmtId), formatOf(formatCode));
      else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells) ids.push(Number(numFmtId));
    },
    close: (name) => {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return ids.map((id) => own.get(id) ?? builtInFormat(id) ?? PLAIN);
}
