/** Multiply-adds counted so far; null while nothing is counted. */
let products: number | null = null;

/**
 * Multiply-adds of the convolutions and matrices that work applies, by the sizes of what they are given. A layer that
 * trains counts three times: forwards, and for the gradients of its input and of its weights.
 */
export function countOperations(work: () => void): number {
  const before = products;
  products = 0;
  try {
    work();
    return products;
  } finally {
    products = before;
  }
}

/** Counts what a layer has just computed forwards. */
export function noteProducts(forwards: number, training: boolean): void {
  if (products !== null) products += training ? 3 * forwards : forwards;
}
