const OLDEST_PLAUSIBLE = 120;

/** Units as they begin in English, German, French, Spanish, Portuguese, Italian, Korean, Chinese and Japanese. */
const UNITS: readonly (readonly [years: number, names: RegExp])[] = [
  [1, /^(a|y|yo|y\/o|y\.o|yrs?|years?( old)?|j|jahre?|ans?|años?|anos?|anni|anno|살|세|歳|才|岁|歲)$/],
  [
    1 / 12,
    /^(m|mo|mos|mths?|months?( old)?|monate?|mois|mes|meses|mesi|mese|개월|달|か月|ヶ月|ケ月|カ月|个月|個月)$/,
  ],
  [1 / 52, /^(w|wks?|weeks?( old)?|wochen?|semaines?|semanas?|settiman[ae]|주|週|週間|周)$/],
  [1 / 365, /^(d|days?( old)?|tage?|jours?|d[ií]as?|giorn[oi]|일|日|天)$/],
];

const NUMBER = /^(\d{1,4})(?:[.,](\d{1,6}))?\s*(.*)$/;
/** 90 and more, where de-identified data say so and no more. */
const OLD =
  /^(?:(?:>=|≥|ab|at least)\s*(\d{2,3})|(?:>|over|above|older than|über|plus de)\s*(\d{2,3})|(\d{2,3})\s*\+)\s*(.*)$/;
/** The same behind the number: "90 years or older", 90세 이상 (at least), 89세 초과 (above). */
const AT_LEAST =
  /^(\d{2,3})\s*(.*?)\s*(?:(?:and|or|&) (?:over|older|above|more|up)|und älter|oder älter|et plus|이상|以上)$/;
const ABOVE = /^(\d{2,3})\s*(.*?)\s*(?:초과|超)$/;

/**
 * An age as label tables and DICOM (value representation AS) write it: `60`, `060Y`, `018M`, `45.5`, `63,5`, `45 years`,
 * `45세`, `>89`. Ages over 89 become 90, which is how de-identified data must give them (HIPAA safe harbor).
 * @returns whole years, or null where the text is no age, a span of ages (`60-69`) or no plausible one (NIH's first
 * release has 414)
 */
export function parseAge(text: string): number | null {
  const folded = text
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/^(만|満)\s*/, '')
    .replace(/\.$/, '');
  const old = leastAge(folded);
  if (old) return unitOf(old.unit) === 1 && old.least >= 90 ? cappedAge(old.least) : null;
  const years = yearsOf(folded);
  // 1e-9: eighteen twelfths are not always one and a half.
  return years === null ? null : cappedAge(Math.floor(years + 1e-9));
}

/** The least age of who is "over 89", and its unit; null where a text says no such thing. */
function leastAge(text: string): { readonly least: number; readonly unit: string } | null {
  const [, atLeast, above, plus, rest = ''] = OLD.exec(text) ?? [];
  const number = atLeast ?? plus;
  if (number !== undefined) return { least: Number(number), unit: rest };
  if (above !== undefined) return { least: Number(above) + 1, unit: rest };
  const [, least, unit = ''] = AT_LEAST.exec(text) ?? [];
  if (least !== undefined) return { least: Number(least), unit };
  const [, below, unitAbove = ''] = ABOVE.exec(text) ?? [];
  return below === undefined ? null : { least: Number(below) + 1, unit: unitAbove };
}

/** `3 years 2 months` is the sum of its parts. */
function yearsOf(text: string): number | null {
  const match = NUMBER.exec(text);
  if (!match) return null;
  const [, whole = '', decimals = '0', rest = ''] = match;
  const unit = /^(.*?)[\s,]*(\d.*)?$/.exec(rest);
  const years = unitOf(unit?.[1] ?? '');
  if (years === null) return null;
  const own = Number(`${whole}.${decimals}`) * years;
  const more = unit?.[2];
  if (more === undefined) return own;
  const others = years === 1 && (unit?.[1] ?? '') !== '' ? yearsOf(more) : null;
  return others === null || others >= 1 ? null : own + others;
}

function unitOf(name: string): number | null {
  const trimmed = name.trim().replace(/\.$/, '');
  if (trimmed === '') return 1;
  return UNITS.find(([, names]) => names.test(trimmed))?.[0] ?? null;
}

/** Whole years as they may leave ingest: 90 for 90 and more, null where implausible. */
export function cappedAge(years: number): number | null {
  if (years < 0 || years > OLDEST_PLAUSIBLE) return null;
  return Math.min(years, 90);
}
