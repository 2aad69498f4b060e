import { createHash } from 'node:crypto';

/** Names come from other people's files: any text may be one, and none may do more than stand there. */

/** Control characters but tab and line ends, marks that turn the direction of what follows, and halves of characters. */
const UNPRINTABLE = /(?![\t\n\r])[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

/** Text whose every character XML allows and shows where it stands. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '\ufffd');
}

/** The same on one line, for formats in which a line end means something. */
export function onOneLine(text: string): string {
  return printable(text.replace(/\s*[\r\n\v\f\u0085\u2028\u2029]\s*/g, ' '));
}

/** Longest name that becomes a file name unchanged. */
const LONGEST = 60;

/**
 * A name as part of a file's name, of an id and of a link. Other names stay other, also on file systems that do not
 * know upper from lower case: what is no plain name gets a hash, after a character that no plain name has.
 */
export function fileName(name: string): string {
  if (/^[a-z0-9][a-z0-9-]*$/.test(name) && name.length <= LONGEST) return name;
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `${plain.replace(/^-|-$/g, '').slice(0, LONGEST)}_${hash}`;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NARROW = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** Columns that a text takes on a terminal. */
export function columnsOf(text: string): number {
  return [...text].reduce((sum, character) => sum + columnsOfOne(character), 0);
}

function columnsOfOne(character: string): number {
  if (NARROW.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** A text of at most `width` columns: a longer one keeps its beginning and its end, where names of one family differ. */
export function fitted(text: string, width: number): string {
  const shown = onOneLine(text);
  if (columnsOf(shown) <= width) return shown;
  const characters = [...shown];
  const tail = firstColumns(characters.toReversed(), Math.floor((width - 2) / 3)).toReversed();
  const head = firstColumns(characters, width - 2 - columnsOf(tail.join('')));
  return `${head.join('')}..${tail.join('')}`;
}

function firstColumns(characters: readonly string[], width: number): string[] {
  let taken = 0;
  const end = characters.findIndex((character) => {
    taken += columnsOfOne(character);
    return taken > width;
  });
  return characters.slice(0, end < 0 ? characters.length : end);
}
