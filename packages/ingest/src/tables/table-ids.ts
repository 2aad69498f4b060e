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

/** What takes the place of an id where a person is not to be known: words, zeros, or one sign again and again. */
const NOBODY =
  /^(anon(ymous|ymi[sz]ed)?|un(known|identified)|no[ _-]?(id|name)|removed|redacted|hidden|masked|de-?identified|0+|x+|\*+|\?+|\.+|-+|_+)$/i;

/** The id of a patient; null for none, and for what stands for nobody. */
export function patientIdOf(text: string): string | null {
  const id = idOf(text);
  return id === null || NOBODY.test(id.trim()) ? null : id;
}

/** Whether a text is a number whose digits a spreadsheet has thrown away: `1.23457E+11`. */
export function hasLostDigits(text: string): boolean {
  return /^\d(?:[.,]\d+)?e\+\d{1,3}$/i.test(text);
}
