const OLDEST_PLAUSIBLE = 120;

/** Units as they begin in English, German, French, Spanish, Portuguese, Italian, Korean, Chinese and Japanese. */
const UNITS: readonly (readonly [years: number, names: RegExp])[] = [
  [1, /^(y|yo|y\/o|yrs?|years?( old)?|j|jahre?|ans?|años?|anos?|anni|anno|살|세|歳|才|岁|歲)$/],
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
  /^(?:(?:>=|≥|ab)\s*(\d{2,3})|(?:>|over|above|older than|über|plus de)\s*(\d{2,3})|(\d{2,3})\s*\+)\s*(.*)$/;

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
  const old = OLD.exec(folded);
  if (old) return ageAbove(old);
  const years = yearsOf(folded);
  // 1e-9: eighteen twelfths are not always one and a half.
  return years === null ? null : cappedAge(Math.floor(years + 1e-9));
}

function ageAbove([, atLeast, above, plus, unit = '']: RegExpExecArray): number | null {
  if (unit !== '' && unitOf(unit) !== 1) return null;
  const least = above === undefined ? Number(atLeast ?? plus) : Number(above) + 1;
  return least >= 90 ? cappedAge(least) : null;
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
