const YEARS_PER_UNIT = { Y: 1, M: 1 / 12, W: 1 / 52, D: 1 / 365 } as const;
const OLDEST_PLAUSIBLE = 120;

/**
 * An age as label tables and DICOM (value representation AS) write it: `60`, `060Y`, `018M`.
 * Ages over 89 become 90, which is how de-identified data must give them (HIPAA safe harbor).
 * @returns whole years, or null where the text is no age or no plausible one (NIH's first release has 414)
 */
export function parseAge(text: string): number | null {
  const match = /^(\d{1,3})(?:\.0)?([YMWD]?)$/i.exec(text.trim());
  if (!match) return null;
  const unit = (match[2] || 'Y').toUpperCase() as keyof typeof YEARS_PER_UNIT;
  const years = Math.floor(Number(match[1]) * YEARS_PER_UNIT[unit] + 1e-9);
  return cappedAge(years);
}

/** Whole years as they may leave ingest: 90 for 90 and more, null where implausible. */
export function cappedAge(years: number): number | null {
  if (years < 0 || years > OLDEST_PLAUSIBLE) return null;
  return Math.min(years, 90);
}
