/** What one site (hospital, source) found: its estimate and the variance of that. */
export interface SiteEffect {
  readonly value: number;
  /** above 0 */
  readonly variance: number;
}

/** A mean over sites. */
export interface SitesMean {
  readonly value: number;
  readonly variance: number;
  /** [sites] shares of the mean, summing to 1 */
  readonly weights: readonly number[];
}

/** The mean of sites that stand for no others: inverse-variance weights. @param effects at least one */
export function commonEffect(effects: readonly SiteEffect[]): SitesMean {
  const precision = effects.map(({ variance }) => 1 / variance);
  const total = sum(precision);
  return {
    value: weighted(effects, precision),
    variance: 1 / total,
    weights: precision.map((one) => one / total),
  };
}

export interface RandomEffects extends SitesMean {
  /** variance between the sites' true values, by Paule and Mandel (Journal of Research of the NBS 1982) */
  readonly tauSquared: number;
  /** Cochran's, of the common effect */
  readonly q: number;
}

/**
 * The mean over sites as a sample of sites, with the variance of Hartung and Knapp (Statistics in Medicine 2001), never
 * below that of known variances (Roever, Knapp and Friede, BMC Medical Research Methodology 2015). Refers to Student's
 * distribution on sites - 1 degrees of freedom.
 * @param effects at least two
 */
export function randomEffects(effects: readonly SiteEffect[]): RandomEffects {
  const common = commonEffect(effects);
  const q = spread(effects, 0, common.value);
  const tauSquared = pauleMandel(effects);
  const precision = effects.map(({ variance }) => 1 / (variance + tauSquared));
  const total = sum(precision);
  const value = weighted(effects, precision);
  const scale = Math.max(1, spread(effects, tauSquared, value) / (effects.length - 1));
  return { value, variance: scale / total, weights: precision.map((one) => one / total), tauSquared, q };
}

/** Sum over sites of (value - centre)^2 / (variance + tau^2). */
function spread(effects: readonly SiteEffect[], tauSquared: number, centre: number): number {
  return sum(effects.map(({ value, variance }) => (value - centre) ** 2 / (variance + tauSquared)));
}

/** Where the generalised Q is its expectation, sites - 1; 0 where it is below that already. It falls with tau^2. */
function pauleMandel(effects: readonly SiteEffect[]): number {
  const excess = (tauSquared: number) => {
    const precision = effects.map(({ variance }) => 1 / (variance + tauSquared));
    return spread(effects, tauSquared, weighted(effects, precision)) - (effects.length - 1);
  };
  if (excess(0) <= 0) return 0;
  let [low, high] = [0, sum(effects.map(({ value }) => value ** 2)) + 1e-12];
  while (excess(high) > 0) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-15 * high; step++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function weighted(effects: readonly SiteEffect[], precision: readonly number[]): number {
  return sum(effects.map(({ value }, i) => value * (precision[i] as number))) / sum(precision);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
