/** How a workbook shows the numbers of a cell. */
export type NumberFormat =
  | { readonly kind: 'plain' }
  | { readonly kind: 'date' }
  /** digits in places: `00000000`, `000-00-0000` */
  | { readonly kind: 'places'; readonly places: readonly Place[] };

/** A digit, which may be a zero in front (`0`) or not (`#`), or a letter of its own. */
type Place = { readonly digit: '0' | '#' } | { readonly letter: string };

export const PLAIN: NumberFormat = { kind: 'plain' };
const DATE: NumberFormat = { kind: 'date' };

/** Numbers of the formats that every workbook has (ECMA-376 18.8.30), those of East Asia among them. */
export function builtInFormat(id: number): NumberFormat {
  const isDate =
    (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
  return isDate ? DATE : PLAIN;
}

/** The format of a code such as `0000000`, `yyyy-mm-dd` or `#,##0.00`: of the last, numbers come as they are stored. */
export function formatOf(code: string): NumberFormat {
  const [section = ''] = sections(code);
  const bare = section.replace(/"[^"]*"|\\.|\[[^\]]*\]|_.|\*./g, '');
  if (/general/i.test(bare)) return PLAIN;
  if (/[ymdhs年月日년월일]/i.test(bare)) return DATE;
  if (!/^[0#? ()/:-]*$/.test(bare)) return PLAIN;
  const places = placesOf(section);
  const zeros = places.filter((place) => 'digit' in place && place.digit === '0').length;
  const isPadded = zeros > 1 || (zeros === 1 && places.some((place) => 'letter' in place));
  return isPadded ? { kind: 'places', places } : PLAIN;
}

/** The sections of a code: of positive, negative and other numbers. */
function sections(code: string): string[] {
  return code.match(/(?:"[^"]*"|\\.|[^;])+/g) ?? [];
}

function placesOf(section: string): Place[] {
  const parts = section.replace(/\[[^\]]*\]|_.|\*./g, '').match(/"[^"]*"|\\.|./g) ?? [];
  return parts.flatMap((part): Place[] => {
    if (part === '0') return [{ digit: '0' }];
    if (part === '#' || part === '?') return [{ digit: '#' }];
    const text = part.startsWith('"') ? part.slice(1, -1) : part.replace('\\', '');
    return [...text].map((letter) => ({ letter }));
  });
}

/**
 * A number as the workbook shows it: an id in its zeros, a date as 2026-01-31; any other with all of its digits.
 * @param stored as the file has it: `100`, `1.23457E+11`
 * @param epoch days between the workbook's day 0 and 1970
 */
export function shownNumber(stored: string, format: NumberFormat, epoch: number): string {
  const value = Number(stored);
  if (!Number.isFinite(value)) return stored;
  if (format.kind === 'date') return shownDate(value, epoch);
  const isWhole = Number.isInteger(value) && Math.abs(value) < 1e21;
  const text = isWhole ? BigInt(value).toString() : String(value);
  return format.kind === 'places' && isWhole && value >= 0 ? inPlaces(text, format.places) : text;
}

const DAY = 86_400_000;

/** Days between the first of the two day 0s that workbooks have and 1970. It counts a 29 February 1900, its day 60. */
export const EPOCH_1900 = 25_569;

function shownDate(value: number, epoch: number): string {
  const isBeforeLeap = epoch === EPOCH_1900 && value < 60;
  const date = new Date(Math.round((value + (isBeforeLeap ? 1 : 0) - epoch) * DAY));
  return Number.isNaN(date.getTime()) ? String(value) : date.toISOString().slice(0, 10);
}

/** Digits fill the places from the right; those for which there is no place stand before the first. */
function inPlaces(digits: string, places: readonly Place[]): string {
  const first = places.findIndex((place) => 'digit' in place);
  let left = digits;
  const shown: string[] = [];
  for (let i = places.length - 1; i >= 0; i--) {
    const place = places[i] as Place;
    if ('letter' in place) {
      shown.unshift(place.letter);
      continue;
    }
    const digit = left.at(-1) ?? (place.digit === '0' ? '0' : '');
    left = left.slice(0, -1);
    shown.unshift(i === first ? left + digit : digit);
  }
  return shown.join('');
}
