/** A signed contrast with its test. */
interface Tested {
  readonly value: number;
  /** two-sided; null where there is no test */
  readonly p: number | null;
}

/** Whether |gap 2| is below (`narrows`) or above (`widens`) |gap 1|, and the p of that; `none`: neither is tested. */
export interface Direction {
  readonly direction: 'narrows' | 'widens' | 'none';
  readonly p: number | null;
}

/**
 * Test of |gap 2| < |gap 1| (or >) through d = gap 2 - gap 1 and s = gap 1 + gap 2: gap 2^2 - gap 1^2 = d s, so that
 * opposite signs of the two mean a narrower gap and equal signs a wider one. Both must differ from 0, each at the full
 * level: an intersection-union test, whose p is the larger and whose size is at most the level (Berger, Technometrics
 * 1982).
 */
export function gapDirection(d: Tested, s: Tested): Direction {
  if (d.p === null || s.p === null || d.value === 0 || s.value === 0) return { direction: 'none', p: null };
  return { direction: d.value > 0 === s.value > 0 ? 'widens' : 'narrows', p: Math.max(d.p, s.p) };
}
