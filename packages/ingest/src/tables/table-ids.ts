/** What programs write where they mean nothing: pandas, R, SQL, Excel. */
const NOTHING = new Set(['', 'nan', 'na', 'n/a', '#n/a', 'none', 'null', '<na>', 'nat', '-']);

/** Whether a text is what a program writes for an empty cell. */
export function isNothing(text: string): boolean {
  return NOTHING.has(text.trim().toLowerCase());
}

/** The id of a person or a study; null for none. A whole number keeps no `.0`, which pandas adds where a cell is empty. */
export function idOf(text: string): string | null {
  if (isNothing(text)) return null;
  return text.endsWith('.0') && /^\d+\.0$/.test(text) ? text.slice(0, -2) : text;
}

/** Whether a text is a number whose digits a spreadsheet has thrown away: `1.23457E+11`. */
export function hasLostDigits(text: string): boolean {
  return /^\d(?:[.,]\d+)?e\+\d{1,3}$/i.test(text);
}
