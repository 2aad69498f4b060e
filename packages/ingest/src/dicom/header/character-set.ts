import iconv from 'iconv-lite';

/** Defined terms of Specific Character Set (PS3.3 C.12.1.1.2), without `ISO_IR` or `ISO 2022 IR`. */
const SETS: Readonly<Record<string, string>> = {
  '13': 'cp932',
  '58': 'gb2312',
  '87': 'euc-jp',
  '100': 'iso-8859-1',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '126': 'iso-8859-7',
  '127': 'iso-8859-6',
  '138': 'iso-8859-8',
  '144': 'iso-8859-5',
  '148': 'iso-8859-9',
  '149': 'cp949',
  '159': 'euc-jp',
  '166': 'cp874',
  '192': 'utf8',
  '203': 'iso-8859-15',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** Sets of two bytes: their bytes tell by themselves which are of ASCII, and some writers leave the escapes out. */
const WIDE = ['58', '149'];

/** An escape sequence of ISO 2022, which says which set follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequence begins with ESC
const ESCAPE = /\x1b(\$[()-]?[@-Z]|[()\-.][@-Zb])/;

/** Sets by the escape sequences that call them (PS3.3 tables C.12-3 and C.12-4), without ESC. */
const CALLED: Readonly<Record<string, string>> = {
  '$@': '87',
  $B: '87',
  '$(B': '87',
  '$(D': '159',
  '$)A': '58',
  '$)C': '149',
  ')I': '13',
  '(J': '13',
  '(I': '13',
  '-A': '100',
  '-B': '101',
  '-C': '109',
  '-D': '110',
  '-F': '126',
  '-G': '127',
  '-H': '138',
  '-L': '144',
  '-M': '148',
  '-T': '166',
  '-b': '203',
};

/**
 * Bytes of a text as its file's Specific Character Set has them, in composed form (NFC).
 * @param sets the element's value; null where it is absent: then bytes above 127 are read as Latin-1
 */
export function decodedText(bytes: Uint8Array, sets: string | null): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer.every((byte) => byte < 0x80 && byte !== 0x1b)) return buffer.toString('latin1');
  const terms = (sets ?? '').split('\\').map((term) => term.trim().replace(/^ISO[_ ](2022 )?IR ?/i, ''));
  const first = terms.find((one) => WIDE.includes(one)) ?? terms.find((one) => one in SETS) ?? '100';
  const pieces = buffer.toString('latin1').split(ESCAPE);
  let high = first;
  const texts = pieces.map((piece, i): string => {
    // What `split` captures, the sequences themselves, stands between the pieces.
    if (i % 2 === 1) return '';
    const sequence = pieces[i - 1];
    const called = sequence === undefined ? undefined : CALLED[sequence];
    // `(` calls a set for the bytes below 128 and leaves the one above them as it is.
    if (called !== undefined && !(sequence as string).includes('(')) high = called;
    return decodedPiece(Buffer.from(piece, 'latin1'), sequence, called ?? high, high);
  });
  return texts.join('').normalize('NFC');
}

/** @param high the set of bytes above 127 */
function decodedPiece(bytes: Buffer, sequence: string | undefined, called: string, high: string): string {
  if (called === '87' || called === '159') return japanese(bytes, sequence?.startsWith('$') ? called : null);
  if (sequence === '(I') return iconv.decode(shifted(bytes), 'cp932');
  return iconv.decode(bytes, SETS[sequence?.startsWith('(') ? high : called] ?? 'iso-8859-1');
}

/** EUC has the two bytes of each sign above 127, those of the supplementary set (159) behind a mark. */
function japanese(bytes: Buffer, called: string | null): string {
  const decoder = new TextDecoder('euc-jp');
  if (called === null) return decoder.decode(bytes);
  const mark = called === '159' ? '\x8f' : '';
  const raised = (pair: string) =>
    Buffer.from(Buffer.from(pair, 'latin1').map((byte) => byte | 0x80)).toString('latin1');
  const signs = bytes.toString('latin1').replace(/[!-~]{2}/g, (pair) => mark + raised(pair));
  return decoder.decode(Buffer.from(signs, 'latin1'));
}

/** Half-width kana that are called for the bytes below 128 stand above them in Shift-JIS. */
function shifted(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => (byte > 0x20 && byte < 0x60 ? byte | 0x80 : byte)));
}
