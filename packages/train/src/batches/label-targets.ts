import { type Finding, type Label, type TrainConfig, UserError } from '@viewgap/contracts';

/** What the labels of a batch ask of a model, and what each counts: float32, row by row [batch, findings]. */
export interface LabelTargets {
  /** 0 … 1 */
  readonly targets: Float32Array;
  /** 0 where a label is not known; without weights of findings they add up to 1 */
  readonly weights: Float32Array;
}

/** How labels become targets. */
export interface LabelRule {
  /** share of a label that is taken as one half */
  readonly smoothing: number;
  /** what a positive label counts against a negative one, in the order of the study */
  readonly positive: readonly number[];
}

/**
 * The targets of some labels: a loss that sums over them is the mean over the known labels of all the rows, also where
 * it is computed for some rows at a time.
 */
export function labelTargets(
  rows: readonly (readonly Label[])[],
  { smoothing, positive }: LabelRule,
): LabelTargets {
  const flat = rows.flat();
  const known = Math.max(flat.filter((label) => label !== null).length, 1);
  return {
    targets: Float32Array.from(flat, (label) => (1 - smoothing) * (label ?? 0) + smoothing / 2),
    weights: Float32Array.from(flat, (label, i) => {
      if (label === null) return 0;
      return (label === 1 ? (positive[i % positive.length] as number) : 1) / known;
    }),
  };
}

/** Numbers of known labels, by finding. */
export interface LabelCounts {
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

/**
 * The rule that the settings make for the findings of the study.
 * @throws UserError where a finding is to be balanced that no training image shows
 */
export function labelRule(
  findings: readonly Finding[],
  { labelSmoothing, positiveWeights }: Pick<TrainConfig, 'labelSmoothing' | 'positiveWeights'>,
  counts: () => LabelCounts,
): LabelRule {
  if (positiveWeights === null) return { smoothing: labelSmoothing, positive: findings.map(() => 1) };
  if (positiveWeights !== 'balanced') {
    return { smoothing: labelSmoothing, positive: findings.map((finding) => positiveWeights[finding] ?? 1) };
  }
  const { positives, negatives } = counts();
  const positive = findings.map((finding, f) => {
    const [shown, absent] = [positives[f] ?? 0, negatives[f] ?? 0];
    // A finding that is not known at all has no label to weigh.
    if (shown + absent === 0) return 1;
    if (shown > 0 && absent > 0) return absent / shown;
    throw new UserError(
      'a finding cannot be balanced',
      `${finding}: ${shown} positive and ${absent} negative training labels`,
      'give numbers in train.common.positiveWeights, or more images',
    );
  });
  return { smoothing: labelSmoothing, positive };
}
