import { estimate, number } from '../columns/column.ts';
import { dataset, finding, model, note } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const labelError = tableShape(
  'label_error',
  'What errors of the labels alone, as they are declared, do to AUROCs and gaps.',
  {
    dataset,
    model,
    finding,
    label_sensitivity: number('declared: share of films with the finding that are labelled so', 'share'),
    label_specificity: number('declared: share of films without it that are labelled so', 'share'),
    prevalence_ap: estimate('true prevalence in AP that the labels imply', 'share'),
    prevalence_pa: estimate('true prevalence in PA that the labels imply', 'share'),
    observed_ap: estimate('AUROC in AP against the labels', 'AUROC'),
    observed_pa: estimate('AUROC in PA against the labels', 'AUROC'),
    corrected_ap: estimate('AUROC in AP against the truth, if errors ignore the score (Menon 2015)', 'AUROC'),
    corrected_pa: estimate('AUROC in PA against the truth, if errors ignore the score', 'AUROC'),
    observed_gap: estimate('observed_ap - observed_pa', 'AUROC'),
    corrected_gap: estimate('corrected_ap - corrected_pa', 'AUROC'),
    gap_of_equals: estimate(
      'the gap that label errors alone would show if both views had the mean of the corrected AUROCs',
      'AUROC',
    ),
    note,
  },
);
