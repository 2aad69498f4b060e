import type { Finding } from '@viewgap/contracts';
import { crossEntropy, expit } from '@viewgap/stats';

/** One finding's temperature: calibrated probabilities are expit(score / temperature). */
export interface Temperature {
  readonly finding: Finding;
  /** null where none can be fitted, and then `note` says why */
  readonly temperature: number | null;
  /** validation images with a known label, and those of them that have the finding */
  readonly images: number;
  readonly positives: number;
  /** mean cross-entropy of a label: of the scores as they are, and divided by the temperature */
  readonly entropy: number | null;
  readonly entropy_scaled: number | null;
  readonly note: string | null;
}

/** Scores and labels of some images of one finding. */
export interface Scored {
  readonly logits: Float64Array;
  /** 0 or 1 */
  readonly labels: Uint8Array;
}

const STEPS = 200;

/**
 * The temperature that minimises the cross-entropy of expit(logit / temperature) (Guo et al., ICML 2017), in doubles:
 * of its inverse the entropy is a convex function, whose slope is brought to 0 by bisection.
 */
export function fitTemperature(finding: Finding, scored: Scored): Temperature {
  const { logits, labels } = scored;
  const images = logits.length;
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const nothing = { finding, temperature: null, images, positives, entropy: null, entropy_scaled: null };
  if (images === 0) return { ...nothing, note: 'no validation image with a known label' };
  const entropy = meanEntropy(scored, 1);
  if (positives === 0 || positives === images) return { ...nothing, entropy, note: 'one class only' };
  if (slope(scored, 0) >= 0) {
    return { ...nothing, entropy, note: 'the score does not rise with the finding in validation' };
  }
  const isRight = (logit: number, i: number) => (labels[i] === 1 ? logit >= 0 : logit <= 0);
  if (logits.every(isRight)) {
    return { ...nothing, entropy, note: 'the sign of the score is right for every validation image' };
  }
  let [low, high] = [0, 1];
  while (slope(scored, high) < 0) [low, high] = [high, 2 * high];
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (slope(scored, middle) < 0) low = middle;
    else high = middle;
  }
  const temperature = 2 / (low + high);
  const entropy_scaled = meanEntropy(scored, 1 / temperature);
  return { ...nothing, temperature, entropy, entropy_scaled, note: null };
}

/** Derivative of the summed cross-entropy by the factor. */
function slope({ logits, labels }: Scored, factor: number): number {
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i] as number;
    sum += (expit(factor * logit) - (labels[i] as number)) * logit;
  }
  return sum;
}

/** Mean cross-entropy of the logits times the factor. */
function meanEntropy({ logits, labels }: Scored, factor: number): number {
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    sum += crossEntropy(factor * (logits[i] as number), labels[i] as number);
  }
  return sum / logits.length;
}

/** Gathers validation scores, some at a time, and fits a temperature for each finding. */
export class TemperatureFit {
  readonly #findings: readonly Finding[];
  readonly #logits: readonly number[][];
  readonly #labels: readonly number[][];

  constructor(findings: readonly Finding[]) {
    this.#findings = findings;
    this.#logits = findings.map(() => []);
    this.#labels = findings.map(() => []);
  }

  add(finding: number, logit: number, label: number): void {
    this.#logits[finding]?.push(logit);
    this.#labels[finding]?.push(label);
  }

  fit(): Temperature[] {
    return this.#findings.map((finding, f) =>
      fitTemperature(finding, {
        logits: Float64Array.from(this.#logits[f] ?? []),
        labels: Uint8Array.from(this.#labels[f] ?? []),
      }),
    );
  }
}
