/**
 * An AUROC, or any linear combination of AUROCs, with its influence summed per cluster (patient).
 * `influence` and `members` have one entry a patient of the data set; `members[g]` is 1 where patient g has an
 * image in it.
 */
export interface Estimate {
  readonly value: number;
  readonly influence: Float64Array;
  readonly members: Uint8Array;
}

export interface Term {
  readonly weight: number;
  readonly estimate: Estimate;
}

/**
 * Sums the influences of images per cluster.
 * @param image influence of each image, as from aurocInfluence
 * @param cluster number of each image's cluster, 0 to clusters - 1
 */
export function clusterEstimate(
  value: number,
  image: Float64Array,
  cluster: ArrayLike<number>,
  clusters: number,
): Estimate {
  const influence = new Float64Array(clusters);
  const members = new Uint8Array(clusters);
  for (let i = 0; i < image.length; i++) {
    const g = cluster[i] as number;
    influence[g] = (influence[g] as number) + (image[i] as number);
    members[g] = 1;
  }
  return { value, influence, members };
}

/** The linear combination of estimates over the same clusters; every covariance between them is kept. */
export function combine(terms: readonly [Term, ...Term[]]): Estimate {
  const clusters = terms[0].estimate.influence.length;
  const influence = new Float64Array(clusters);
  const members = new Uint8Array(clusters);
  let value = 0;
  for (const { weight, estimate } of terms) {
    if (estimate.influence.length !== clusters) throw new RangeError('estimates over different clusters');
    value += weight * estimate.value;
    for (let g = 0; g < clusters; g++) {
      influence[g] = (influence[g] as number) + weight * (estimate.influence[g] as number);
      members[g] = (members[g] as number) | (estimate.members[g] as number);
    }
  }
  return { value, influence, members };
}

/** Number of clusters that have an image in the estimate. */
export function clusterCount(estimate: Estimate): number {
  let count = 0;
  for (const member of estimate.members) count += member;
  return count;
}

/** Rounding leaves a standard error of this size where every influence cancels. */
const ROUNDING = 1e-13;

/**
 * Covariance of two estimates over the same clusters: G / (G - 1) times the sum over clusters of the products of
 * their influences, G = clusters that have an image in either (the sandwich estimator of Obuchowski, Biometrics 1997,
 * for clustered ROC data, in its influence form).
 * @returns null where there is only one cluster
 */
export function clusteredCovariance(a: Estimate, b: Estimate): number | null {
  let clusters = 0;
  let sum = 0;
  for (let g = 0; g < a.influence.length; g++) {
    clusters += (a.members[g] as number) | (b.members[g] as number);
    sum += (a.influence[g] as number) * (b.influence[g] as number);
  }
  return clusters < 2 ? null : (sum * clusters) / (clusters - 1);
}

/** Standard error from the clusters; exactly 0 where only rounding is left, null where there is one cluster. */
export function clusteredError(estimate: Estimate): number | null {
  const variance = clusteredCovariance(estimate, estimate);
  if (variance === null) return null;
  const se = Math.sqrt(variance);
  return se < ROUNDING ? 0 : se;
}

/**
 * Value and clustered standard error of a linear combination of AUROCs: a gap, a change, a change of a gap, a mean.
 * @returns `se` null where there is one cluster
 */
export function clusteredContrast(terms: readonly [Term, ...Term[]]): {
  value: number;
  se: number | null;
  clusters: number;
} {
  const estimate = combine(terms);
  return { value: estimate.value, se: clusteredError(estimate), clusters: clusterCount(estimate) };
}
