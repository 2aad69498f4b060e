/** The ends of a row's interval. */
interface Ends {
  readonly ci_low: number | null;
  readonly ci_high: number | null;
}

/**
 * Whether the whole interval lies within the margin of 0: two one-sided tests, each at half of what the level leaves,
 * 2.5 % of a 95 % interval (Schuirmann, J Pharmacokinet Biopharm 1987). null where one of them is not given.
 */
export function withinMargin({ ci_low, ci_high }: Ends, margin: number | null): boolean | null {
  if (margin === null || ci_low === null || ci_high === null) return null;
  return ci_low > -margin && ci_high < margin;
}

/** Whether the whole interval lies above -margin; null where one of them is not given. */
export function notBelowMargin({ ci_low }: Ends, margin: number | null): boolean | null {
  return margin === null || ci_low === null ? null : ci_low > -margin;
}
