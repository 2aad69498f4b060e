/** Marks that nobody sees: widths of none, directions of writing, soft hyphens. */
const UNSEEN = '[\\s\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\ufeff]+';
const AT_ENDS = new RegExp(`^${UNSEEN}|${UNSEEN}$`, 'g');
/** How spreadsheets are made to keep an id's zeros in a csv: `="0015"`. */
const GUARDED = /^="([^"]*)"$/;

/** The text of a cell, composed (NFC), without what cannot be seen at its ends. */
export function cellText(cell: string): string {
  const text = cell.trim();
  if (text === '') return text;
  const isPlain = isSeen(text.charCodeAt(0)) && isSeen(text.charCodeAt(text.length - 1));
  const seen = isPlain ? text : text.replace(AT_ENDS, '');
  return (seen.startsWith('="') ? seen.replace(GUARDED, '$1').trim() : seen).normalize('NFC');
}

function isSeen(code: number): boolean {
  return code < 0x80 || !AT_ENDS_ALONE.test(String.fromCharCode(code));
}

const AT_ENDS_ALONE = new RegExp(`^${UNSEEN}$`);
