import iconv from 'iconv-lite';

/** The one that iconv-lite lacks. */
const JAPANESE = 'iso-2022-jp';

/** Defined terms of Specific Character Set (PS3.3 C.12.1.1.2), without `ISO_IR` or `ISO 2022 IR`. */
const SETS: Readonly<Record<string, string>> = {
  '13': 'cp932',
  '58': 'gb2312',
  '87': JAPANESE,
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
  '159': JAPANESE,
  '166': 'cp874',
  '192': 'utf8',
  '203': 'iso-8859-15',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** Code extensions (PS3.3 C.12.1.1.2): the sets of two bytes among them go before those of one. */
const WIDE = ['58', '87', '149', '159'];
/** An escape sequence of ISO 2022 that says which set follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequence begins with ESC
const ESCAPE = /\x1b(?:\$[()-]?|[()-.])[@-Z]/g;

/**
 * Bytes of a text as its file's Specific Character Set has them, in composed form (NFC).
 * @param sets the element's value; null where it is absent: then bytes above 127 are read as Latin-1
 */
export function decodedText(bytes: Uint8Array, sets: string | null): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer.every((byte) => byte < 0x80 && byte !== 0x1b)) return buffer.toString('latin1');
  const terms = (sets ?? '').split('\\').map((term) => term.trim().replace(/^ISO[_ ](2022 )?IR ?/i, ''));
  const term = terms.find((one) => WIDE.includes(one)) ?? terms.find((one) => one in SETS) ?? '100';
  const name = SETS[term] ?? 'iso-8859-1';
  const text =
    name === JAPANESE ? new TextDecoder(JAPANESE).decode(buffer) : iconv.decode(withoutEscapes(buffer), name);
  return text.normalize('NFC');
}

/** In Korean and Chinese sets the bytes themselves tell which set they are of. */
function withoutEscapes(buffer: Buffer): Buffer {
  return buffer.includes(0x1b)
    ? Buffer.from(buffer.toString('latin1').replace(ESCAPE, ''), 'latin1')
    : buffer;
}
