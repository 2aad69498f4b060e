import { ConfigError, nearestName } from '@viewgap/contracts';
import iconv from 'iconv-lite';
import { TableFault } from '../source/table-fault.ts';
import type { Bytes } from '../source/table-source.ts';

/**
 * Encodings that an error tries, those first that refuse most of what they do not mean. Names as pipeline.json has
 * them; iconv-lite takes others too.
 */
const TRIED = [
  'CP949',
  'Shift-JIS',
  'EUC-JP',
  'Big5',
  'GB18030',
  'CP1252',
  'CP1250',
  'CP1251',
  'CP1253',
  'CP1254',
  'CP1255',
  'CP1256',
  'CP874',
];

/** Texts of them are decoded by the platform, which tells a malformed byte. */
const UNICODE: Readonly<Record<string, string>> = {
  utf8: 'utf-8',
  utf16: 'utf-16le',
  utf16le: 'utf-16le',
  utf16be: 'utf-16be',
};

const MARK = '\uFEFF';
/** What a decoder writes for bytes that mean nothing, and what no table holds: other controls, private characters. */
const UNDECODED = /[\uFFFD\u0080-\u009F\uE000-\uF8FF]/;

/**
 * The text of a table, piece by piece, without byte order marks: programs that join files leave them in the middle.
 * UTF-8 and UTF-16 are known by their marks. Any other encoding is named, never guessed.
 * @param encoding of a text without a mark: `CP949`, `CP1252`, `Shift-JIS`; without it UTF-8
 * @throws TableFault where the bytes are no text in that encoding, with those encodings that decode them
 */
export async function* decoded(bytes: Bytes, encoding?: string): AsyncGenerator<string> {
  let decoder: Decoder | null = null;
  let held: Uint8Array = new Uint8Array();
  for await (const chunk of bytes()) {
    if (decoder === null) {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      if (held.length < HEAD) continue;
      decoder = decoderOf(held, encoding);
      yield await written(decoder, held, bytes);
    } else yield await written(decoder, chunk, bytes);
  }
  if (decoder === null) {
    decoder = decoderOf(held, encoding);
    yield await written(decoder, held, bytes);
  }
  yield await written(decoder, null, bytes);
}

/** @throws ConfigError for a name that is no encoding's */
function checkEncoding(name: string): void {
  if (unicodeOf(name) !== undefined || iconv.encodingExists(name)) return;
  throw new ConfigError('no such encoding', name, nearestName(name, ['UTF-8', 'UTF-16LE', ...TRIED]));
}

/** The name of the Unicode encoding that a text begins with the mark of; null where it has none. */
function markedEncoding(head: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | null {
  const [a, b, c, d] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  // UTF-32 begins like UTF-16, and then has two NULs.
  if (a === 0xff && b === 0xfe && !(c === 0 && d === 0)) return 'utf-16le';
  return a === 0xfe && b === 0xff ? 'utf-16be' : null;
}

/** Bytes that tell a mark, and UTF-16 without one. */
const HEAD = 1024;

interface Decoder {
  /** @param chunk null at the end. @throws TypeError, or returns U+FFFD, where it is malformed */
  readonly write: (chunk: Uint8Array | null) => string;
  /** null: UTF-8 that was assumed */
  readonly named: string | null;
}

function decoderOf(head: Uint8Array, encoding: string | undefined): Decoder {
  const known = knownKind(head);
  if (known !== null) throw known;
  const marked = markedEncoding(head);
  if (marked !== null) return { write: unicodeDecoder(marked), named: marked };
  if (encoding === undefined) {
    const order = unmarkedOrder(head);
    if (order !== null) {
      throw new TableFault(
        'a table in UTF-16 without a mark',
        `save it in UTF-8, or name its encoding, "encoding": "${order}"`,
      );
    }
    return { write: unicodeDecoder('utf-8'), named: null };
  }
  checkEncoding(encoding);
  const unicode = unicodeOf(encoding);
  return { write: unicode === undefined ? tableDecoder(encoding) : unicodeDecoder(unicode), named: encoding };
}

async function written({ write, named }: Decoder, chunk: Uint8Array | null, bytes: Bytes): Promise<string> {
  let text: string | null = null;
  try {
    text = write(chunk);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  if (text !== null && (named === null || unicodeOf(named) !== undefined || !text.includes('\uFFFD'))) {
    return text.includes(MARK) ? text.replaceAll(MARK, '') : text;
  }
  const names = (await encodingsOf(bytes)).filter((name) => name !== named);
  const cure =
    names.length === 0
      ? 'save it as CSV in UTF-8'
      : `save it in UTF-8, or name its encoding, "encoding": "${names[0]}"; it can be decoded as ${names.join(', ')}`;
  throw new TableFault(named === null ? 'a table that is not UTF-8' : `a table that is not ${named}`, cure);
}

/** What spreadsheets and archives begin with: they are named .csv more often than one thinks. */
function knownKind(head: Uint8Array): TableFault | null {
  const start = Buffer.from(head.subarray(0, 8)).toString('latin1');
  if (start.startsWith('PK\x03\x04')) {
    return new TableFault(
      'a csv that is a workbook or a zip archive',
      'name a workbook .xlsx, or save it as CSV',
    );
  }
  if (start.startsWith('\xd0\xcf\x11\xe0')) {
    return new TableFault('a csv that is an old workbook', 'save it as .xlsx or as CSV in UTF-8');
  }
  return start.startsWith('\x1f\x8b')
    ? new TableFault('a csv that is packed', 'let its name end in .gz, or unpack it')
    : null;
}

/** UTF-16 of mostly Latin text has a NUL in every other byte. */
function unmarkedOrder(head: Uint8Array): 'UTF-16LE' | 'UTF-16BE' | null {
  let [even, odd] = [0, 0];
  for (let i = 0; i < head.length; i++) {
    if (head[i] !== 0) continue;
    if (i % 2 === 0) even++;
    else odd++;
  }
  const many = head.length / 8;
  if (odd > many && even * 8 < odd) return 'UTF-16LE';
  return even > many && odd * 8 < even ? 'UTF-16BE' : null;
}

function unicodeOf(name: string): string | undefined {
  return UNICODE[name.toLowerCase().replace(/[^a-z0-9]/g, '')];
}

function unicodeDecoder(name: string): Decoder['write'] {
  const decoder = new TextDecoder(name, { fatal: true, ignoreBOM: true });
  return (chunk) => (chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true }));
}

/**
 * Node's TextDecoder takes CP949 for EUC-KR, whose 2,350 syllables are a fifth of it, and CP1252 for Latin-1, and says
 * nothing where it errs: iconv-lite agrees with Python in every character of both.
 */
function tableDecoder(name: string): Decoder['write'] {
  const decoder = iconv.getDecoder(name);
  return (chunk) => (chunk === null ? (decoder.end() ?? '') : decoder.write(Buffer.from(chunk)));
}

/** The encodings, of those in use, in which these bytes are a text. */
async function encodingsOf(bytes: Bytes): Promise<string[]> {
  const open = new Map(TRIED.map((name) => [name, tableDecoder(name)]));
  const tryOn = (chunk: Uint8Array | null) => {
    for (const [name, write] of open) if (UNDECODED.test(write(chunk))) open.delete(name);
  };
  for await (const chunk of bytes()) tryOn(chunk);
  tryOn(null);
  return [...open.keys()];
}
