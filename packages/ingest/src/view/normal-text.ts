const CHESTS = 'CHEST|THORAX|TORAX|TORACE|CXR';
/** Capitals that are written as one word: `CHESTPA`, `APCHEST`. */
const GLUED = [
  new RegExp(`\\b(${CHESTS})(AP|PA|LAT|LATERAL|LL|PORT|PORTABLE)\\b`, 'g'),
  new RegExp(`\\b(AP|PA|LAT|PORT|PORTABLE)(${CHESTS})\\b`, 'g'),
] as const;

/**
 * The words of a text in Latin letters, its numbers, `+` and `>`, each between single blanks: capitals without accents.
 * `&` and `/` join as `+` does, and arrows are `>`.
 */
export function latinWords(text: string): string {
  const capitals = spaced(text.normalize('NFKC'))
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[&/]/g, '+');
  const words = capitals.match(/[A-Z]+|\d+|[+>]/g) ?? [];
  return GLUED.reduce((joined, glued) => joined.replace(glued, '$1 $2'), ` ${words.join(' ')} `);
}

/** Words that only capitals tell apart, as in `ThoraxPA`, and arrows, by which views are told in Japan and Korea. */
function spaced(text: string): string {
  return text
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/->|[→⇒➔➡]/gu, ' > ');
}

/** What all spellings of a text share: case, width and blanks do not matter. */
export function viewSpelling(text: string): string {
  return text.normalize('NFKC').trim().replace(/\s+/gu, ' ').toUpperCase();
}

/** The text composed and without blanks, as Korean, Japanese and Chinese are searched: half and full width are one. */
export function eastAsian(text: string): string {
  return text.normalize('NFKC').replace(/\s+/gu, '');
}
