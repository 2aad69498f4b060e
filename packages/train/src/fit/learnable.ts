import { FINDINGS, UserError } from '@viewgap/contracts';
import { labelCounts } from '../batches/batch-plans.ts';
import type { LabelCounts } from '../batches/label-targets.ts';
import type { Images, LabelledImage } from '../catalog/read-images.ts';

interface Splits {
  readonly train: Images;
  readonly val: Images;
}

export interface Learnable extends Splits {
  /** names the findings that are left out, in one line; null where there is none */
  readonly warning: string | null;
}

/**
 * The same images with the labels that can be learnt: those of findings that have both classes in training. The labels
 * of the others become unknown, so that neither a loss nor a mean counts them: a head that nothing trains would add
 * noise to the validation loss, and one that sees a single class learns to answer always the same.
 *
 * A finding with one class in validation stays in the validation loss, which is a proper score of every known label; it
 * has no AUROC.
 * @throws UserError where no finding can be trained, or none of those has a validation label
 */
export function learnable({ train, val }: Splits): Learnable {
  const counts = labelCounts(train);
  const isTrained = FINDINGS.map((_, f) => hasBoth(counts, f));
  if (!isTrained.includes(true)) throw untrainable(counts, train.length);
  const known = withLabelsOf(isTrained, val);
  const validation = labelCounts(known);
  if (FINDINGS.every((_, f) => total(validation, f) === 0)) {
    throw new UserError(
      'a trained finding has no known validation label',
      `${val.length} images`,
      'raise catalog.splits.val, or give labels of more images',
    );
  }
  const parts = [
    ['cannot be trained', counts, isTrained.map((trained) => !trained)],
    ['cannot be validated', validation, isTrained.map((trained, f) => trained && !hasBoth(validation, f))],
  ] as const;
  const warnings = parts.flatMap(([what, of, isNamed]) => {
    const names = FINDINGS.flatMap((_, f) => (isNamed[f] ? [described(of, f)] : []));
    return names.length === 0 ? [] : [`${what}: ${names.join(', ')}`];
  });
  return {
    train: withLabelsOf(isTrained, train),
    val: known,
    warning: warnings.length === 0 ? null : warnings.join('; '),
  };
}

function untrainable(counts: LabelCounts, images: number): UserError {
  const cure = 'give images of a source that has labels, with and without a finding';
  if (FINDINGS.every((_, f) => total(counts, f) === 0)) {
    return new UserError('no training label is known', `${images} images`, cure);
  }
  const value = FINDINGS.map((_, f) => described(counts, f)).join(', ');
  return new UserError('no finding has both positive and negative training labels', value, cure);
}

function hasBoth({ positives, negatives }: LabelCounts, finding: number): boolean {
  return (positives[finding] as number) > 0 && (negatives[finding] as number) > 0;
}

function total({ positives, negatives }: LabelCounts, finding: number): number {
  return (positives[finding] as number) + (negatives[finding] as number);
}

function described(counts: LabelCounts, finding: number): string {
  const { positives, negatives } = counts;
  if (total(counts, finding) === 0) return `${FINDINGS[finding]} (no label known)`;
  return `${FINDINGS[finding]} (${positives[finding]} positive, ${negatives[finding]} negative)`;
}

/** The images, with the labels of all other findings not known. */
function withLabelsOf(isKept: readonly boolean[], images: Images): Images {
  if (!isKept.includes(false)) return images;
  const masked = (image: LabelledImage): LabelledImage => ({
    ...image,
    labels: image.labels.map((label, finding) => (isKept[finding] ? label : null)),
  });
  return {
    length: images.length,
    at: (index) => {
      const image = images.at(index);
      return image && masked(image);
    },
    *[Symbol.iterator]() {
      for (const image of images) yield masked(image);
    },
  };
}
