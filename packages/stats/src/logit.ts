/** The probability of a logit. */
export function expit(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** Cross-entropy of a logit for a label of 0 or 1, in nats: log(1 + exp(x)) - x y in the form without overflow. */
export function crossEntropy(logit: number, label: number): number {
  return Math.max(logit, 0) - logit * label + Math.log1p(Math.exp(-Math.abs(logit)));
}
