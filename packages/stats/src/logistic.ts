import { expit } from './logit.ts';

/** Logistic regression: coefficients, one a column, or null where it does not converge (classes that a line separates). */
export type Coefficients = Float64Array | null;

const STEPS = 50;
/** Newton's steps square their error: after one of this size nothing is left to gain. */
const CONVERGED = 1e-8;

/**
 * Fits P(label = 1) = expit(columns . beta) by Newton's method.
 * @param columns each with a number for every row; an intercept is a column of ones
 * @param labels 0 or 1, one a row
 * @param start coefficients to start from; zeros where not given
 */
export function fitLogistic(
  columns: readonly Float64Array[],
  labels: ArrayLike<number>,
  start?: readonly number[],
): Coefficients {
  const p = columns.length;
  const beta = Float64Array.from(start ?? new Float64Array(p));
  const x = new Float64Array(p);
  for (let step = 0; step < STEPS; step++) {
    const gradient = new Float64Array(p);
    const information = Array.from({ length: p }, () => new Float64Array(p));
    for (let i = 0; i < labels.length; i++) {
      let eta = 0;
      for (let a = 0; a < p; a++) {
        x[a] = (columns[a] as Float64Array)[i] as number;
        eta += (x[a] as number) * (beta[a] as number);
      }
      const mean = expit(eta);
      const weight = mean * (1 - mean);
      for (let a = 0; a < p; a++) {
        gradient[a] = (gradient[a] as number) + (x[a] as number) * ((labels[i] as number) - mean);
        const row = information[a] as Float64Array;
        for (let b = 0; b <= a; b++)
          row[b] = (row[b] as number) + weight * (x[a] as number) * (x[b] as number);
      }
    }
    const change = solve(information, gradient);
    if (change === null) return null;
    let largest = 0;
    for (let a = 0; a < p; a++) {
      beta[a] = (beta[a] as number) + (change[a] as number);
      largest = Math.max(largest, Math.abs(change[a] as number));
    }
    if (!Number.isFinite(largest) || beta.some((value) => Math.abs(value) > 1e6)) return null;
    if (largest < CONVERGED) return beta;
  }
  return null;
}

/** Solves a symmetric positive definite system, of which the lower half is given, by Cholesky's factors. */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array | null {
  const p = right.length;
  const at = (a: number, b: number) => matrix[a]?.[b] as number;
  const x = right.slice();
  for (let a = 0; a < p; a++) {
    const row = matrix[a] as Float64Array;
    const whole = at(a, a);
    for (let b = 0; b <= a; b++) {
      let sum = at(a, b);
      for (let k = 0; k < b; k++) sum -= at(a, k) * at(b, k);
      if (a === b && !(sum > 1e-12 * whole)) return null;
      row[b] = a === b ? Math.sqrt(sum) : sum / at(b, b);
    }
    for (let k = 0; k < a; k++) x[a] = (x[a] as number) - at(a, k) * (x[k] as number);
    x[a] = (x[a] as number) / at(a, a);
  }
  for (let a = p - 1; a >= 0; a--) {
    for (let k = a + 1; k < p; k++) x[a] = (x[a] as number) - at(k, a) * (x[k] as number);
    x[a] = (x[a] as number) / at(a, a);
  }
  return x;
}
