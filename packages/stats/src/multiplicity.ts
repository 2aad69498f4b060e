/** A p-value, or null for a test that could not be made: it stays null and is not counted in its family. */
export type P = number | null;

/**
 * Holm's step-down adjustment: controls the chance of any false rejection in the family.
 * Holm, Scandinavian Journal of Statistics 1979.
 */
export function holm(family: readonly P[]): P[] {
  const order = ascending(family);
  const adjusted: P[] = family.map(() => null);
  let largest = 0;
  order.forEach(([p, index], rank) => {
    largest = Math.max(largest, Math.min(1, p * (order.length - rank)));
    adjusted[index] = largest;
  });
  return adjusted;
}

/**
 * Benjamini and Hochberg's step-up adjustment: controls the expected share of false rejections among the rejections.
 * Benjamini and Hochberg, JRSS B 1995.
 */
export function benjaminiHochberg(family: readonly P[]): P[] {
  const order = ascending(family);
  const adjusted: P[] = family.map(() => null);
  let smallest = 1;
  for (let rank = order.length; rank >= 1; rank--) {
    const [p, index] = order[rank - 1] as [number, number];
    smallest = Math.min(smallest, p * (order.length / rank));
    adjusted[index] = smallest;
  }
  return adjusted;
}

function ascending(family: readonly P[]): [p: number, index: number][] {
  return family
    .flatMap((p, index): [number, number][] => (p === null ? [] : [[p, index]]))
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}
