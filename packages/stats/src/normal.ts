const SQRT_2PI = Math.sqrt(2 * Math.PI);

/** Density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / SQRT_2PI;
}

/**
 * Upper tail P(Z > x) of the standard normal distribution, relative error below 1e-13 wherever it is above 1e-300.
 * Power series near the centre (Abramowitz and Stegun 26.2.11), continued fraction in the tail (26.2.14).
 */
export function normalTail(x: number): number {
  if (x < 0) return 1 - normalTail(-x);
  if (x < 2) return 0.5 - centralMass(x);
  if (x > 39) return 0;
  let fraction = x;
  for (let k = 200; k >= 1; k--) fraction = x + k / fraction;
  return normalDensity(x) / fraction;
}

/** P(0 < Z < x). */
function centralMass(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; term > sum * 1e-17; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return normalDensity(x) * sum;
}

/** P(Z <= x) for a standard normal Z. */
export function normalCdf(x: number): number {
  return normalTail(-x);
}

/**
 * The x with P(Z <= x) = p; -Infinity at 0, Infinity at 1.
 * Starts from Abramowitz and Stegun 26.2.23 (error below 4.5e-4) and takes three Halley steps, to full precision.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`not a probability: ${p}`);
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  const t = Math.sqrt(-2 * Math.log(p));
  let x =
    t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let step = 0; step < 3; step++) {
    const error = (normalTail(x) - p) / normalDensity(x);
    x += error / (1 - (x * error) / 2);
  }
  return -x;
}

/** Probability of a standard normal at least as far from 0 as z, on either side. */
export function twoSidedP(z: number): number {
  return Math.min(1, 2 * normalTail(Math.abs(z)));
}
