/** A cluster that is in no class. */
export const NO_STRATUM = 255;

/**
 * Splits clusters (patients) into strata for Satterthwaite's degrees of freedom: each belongs to the rarest of the
 * classes that it has an image in, such as "positive in AP". A class of few patients then is a stratum of few, and no
 * patient counts twice.
 * @param classes for each class (finding, view and label) 1 for each cluster with an image in it; at most 255
 * @returns [clusters] number of the class, or NO_STRATUM
 */
export function strataOf(classes: readonly Uint8Array[]): Uint8Array {
  if (classes.length > NO_STRATUM) throw new RangeError(`more than ${NO_STRATUM} classes: ${classes.length}`);
  const size = (flags: Uint8Array) => flags.reduce((sum, flag) => sum + flag, 0);
  const commonest = classes
    .map((flags, number) => ({ flags, number, size: size(flags) }))
    .sort((a, b) => b.size - a.size || -first(a.flags, b.flags));
  const strata = new Uint8Array(classes[0]?.length ?? 0).fill(NO_STRATUM);
  for (const { flags, number } of commonest) {
    for (let g = 0; g < strata.length; g++) if (flags[g] === 1) strata[g] = number;
  }
  return strata;
}

/** Below 0 where `a` has the first cluster that the two do not share: no order of the classes decides. */
function first(a: Uint8Array, b: Uint8Array): number {
  for (let g = 0; g < a.length; g++) if (a[g] !== b[g]) return (b[g] as number) - (a[g] as number);
  return 0;
}
