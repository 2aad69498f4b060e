import { counted } from '@viewgap/contracts';
import type { JoinNormalise, SourceRow } from './rows/adapter.ts';

type Kind = JoinNormalise[number];

/** Rows that are tried for a hint: of a private source each try is an HMAC. */
const TRIED = 100_000;
/** Digits of an id that may have had zeros in front: DICOM's short strings have 16. */
const DIGITS = 16;
/** Digits of a number that spreadsheets keep. */
const KEPT_DIGITS = 15;

/** How films are found by the names that a table has for them. */
export interface FilmNames {
  /** whether a film has this name */
  readonly has: (name: string) => boolean;
  /** as pipeline.json says */
  readonly normalise: JoinNormalise;
}

/**
 * The rows with the names of their films in place of those that differ from them in what pipeline.json allows. A name
 * that several films might mean stays as it is.
 */
export function renamedRows(rows: readonly SourceRow[], { has, normalise }: FilmNames): readonly SourceRow[] {
  if (normalise.length === 0) return rows;
  return rows.map((row) => {
    if (has(row.imageId)) return row;
    const names = variants(row.imageId, normalise).filter(has);
    return names.length === 1 ? { ...row, imageId: names[0] as string } : row;
  });
}

/** What would bring more rows together with their films, in words that quote none of them. */
export function nearMatches(
  rows: readonly Pick<SourceRow, 'imageId'>[],
  { has, normalise }: FilmNames,
): string[] {
  const lost = rows.filter(({ imageId }) => !has(imageId)).slice(0, TRIED);
  const found = (kinds: JoinNormalise) =>
    lost.filter(({ imageId }) => variants(imageId, kinds).some(has)).length;
  let kinds = (Object.keys(WORDS) as Kind[]).filter((kind) => !normalise.includes(kind));
  const most = found([...normalise, ...kinds]);
  for (const kind of kinds) {
    const others = kinds.filter((other) => other !== kind);
    if (found([...normalise, ...others]) === most) kinds = others;
  }
  const hints: string[] = [];
  if (most > 0 && kinds.length > 0) {
    const words = kinds.map((kind) => WORDS[kind]).join(' and ');
    const setting = JSON.stringify([...normalise, ...kinds]);
    hints.push(
      `${most} of ${counted(lost.length, 'row')} without an image would match ${words}: "joinNormalise": ${setting}`,
    );
  }
  const cut = lost.filter(({ imageId }) => isCut(imageId)).length;
  if (cut > 0) {
    hints.push(
      `${counted(cut, 'row')} without an image ${cut === 1 ? 'has a name' : 'have names'} of more than ${KEPT_DIGITS} digits that end in 0: a spreadsheet keeps ${KEPT_DIGITS}; export that column as text`,
    );
  }
  return hints;
}

const WORDS: Readonly<Record<Kind, string>> = {
  leadingZeros: 'without leading zeros',
  decimals: 'without the decimals of whole numbers',
  case: 'without regard to case',
};

function isCut(name: string): boolean {
  return name.length > KEPT_DIGITS && /^\d+$/.test(name) && /^0+$/.test(name.slice(KEPT_DIGITS));
}

/** Names that differ from this one in these ways only: a film's name itself may be an HMAC, which cannot be changed. */
function variants(name: string, kinds: JoinNormalise): string[] {
  let names = [name];
  if (kinds.includes('decimals')) names = names.flatMap((one) => [one, one.replace(/^(\d+)\.0+$/, '$1')]);
  if (kinds.includes('leadingZeros')) names = names.flatMap(padded);
  if (kinds.includes('case')) names = names.flatMap((one) => [one, one.toLowerCase(), one.toUpperCase()]);
  return [...new Set(names)].filter((one) => one !== name);
}

function padded(name: string): string[] {
  const match = /^0*(\d+)(\D.*)?$/s.exec(name);
  if (!match) return [name];
  const [, digits = '', rest = ''] = match;
  const lengths = Array.from(
    { length: Math.max(1, DIGITS - digits.length + 1) },
    (_, i) => digits.length + i,
  );
  return lengths.map((length) => digits.padStart(length, '0') + rest);
}
