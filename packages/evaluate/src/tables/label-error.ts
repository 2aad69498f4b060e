import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import type { Contrasts } from '../contrasts/estimates.ts';
import { tableOf } from '../contrasts/table.ts';

type LabelErrorRow = MetricsRow<'label_error'>;

/** How good the labels of a finding are, as declared. */
interface Accuracy {
  readonly sensitivity: number;
  readonly specificity: number;
}

/** No rows where no accuracy of labels is declared. */
export const table = tableOf(METRICS_TABLES.label_error, ({ study, contrasts, config }) =>
  contrasts.findings.flatMap((finding) => {
    const declared = new Map(Object.entries(config.labelAccuracy));
    const accuracy = declared.get(finding) ?? declared.get('all');
    return accuracy === undefined
      ? []
      : study.models.map((model) => labelErrorRow(contrasts, model, finding, accuracy));
  }),
);

function labelErrorRow(
  contrasts: Contrasts,
  model: string,
  finding: string,
  accuracy: Accuracy,
): LabelErrorRow {
  const views = (['AP', 'PA'] as const).map((view) => {
    const { n, positives } = contrasts.counts(finding, view);
    const seeds = contrasts.levelSeeds(model);
    const observed = contrasts.auroc(model, seeds, finding, view).estimate?.value ?? null;
    const labelled = n === 0 ? null : positives / n;
    const shrinkage = labelled === null ? null : shrinkageOf(labelled, accuracy);
    return {
      observed,
      prevalence: labelled === null ? null : trueShare(labelled, accuracy),
      shrinkage,
      corrected: observed === null || shrinkage === null ? null : 0.5 + (observed - 0.5) / shrinkage,
    };
  });
  const [ap, pa] = views as [(typeof views)[number], (typeof views)[number]];
  const gap = (a: number | null, b: number | null) => (a === null || b === null ? null : a - b);
  const middle = ap.corrected === null || pa.corrected === null ? null : (ap.corrected + pa.corrected) / 2;
  const shrinks = gap(ap.shrinkage, pa.shrinkage);
  return {
    dataset: contrasts.dataset.name,
    model,
    finding,
    label_sensitivity: accuracy.sensitivity,
    label_specificity: accuracy.specificity,
    prevalence_ap: ap.prevalence,
    prevalence_pa: pa.prevalence,
    observed_ap: ap.observed,
    observed_pa: pa.observed,
    corrected_ap: ap.corrected,
    corrected_pa: pa.corrected,
    observed_gap: gap(ap.observed, pa.observed),
    corrected_gap: gap(ap.corrected, pa.corrected),
    gap_of_equals: middle === null || shrinks === null ? null : (middle - 0.5) * shrinks,
    note: [ap, pa].some(({ shrinkage, prevalence }) => shrinkage === null && prevalence === null)
      ? 'labels of this accuracy could not give this share of positives'
      : [ap, pa].some(({ corrected }) => corrected !== null && corrected > 1)
        ? 'a corrected AUROC above 1: the labels are better than declared, or their errors follow the score'
        : null,
  };
}

/** The true prevalence that gives this share of positive labels; null where none does. */
function trueShare(labelled: number, { sensitivity, specificity }: Accuracy): number | null {
  const share = (labelled + specificity - 1) / (sensitivity + specificity - 1);
  return share < 0 || share > 1 ? null : share;
}

/**
 * By how much labels with errors shrink AUROC - 1/2: their positive and negative predictive value less 1, if errors do not
 * depend on the score (Menon, van Rooyen, Ong and Williamson, ICML 2015).
 */
export function shrinkageOf(labelled: number, accuracy: Accuracy): number | null {
  const share = trueShare(labelled, accuracy);
  if (share === null || labelled <= 0 || labelled >= 1) return null;
  const ppv = (accuracy.sensitivity * share) / labelled;
  const npv = (accuracy.specificity * (1 - share)) / (1 - labelled);
  return ppv + npv > 1 ? ppv + npv - 1 : null;
}
