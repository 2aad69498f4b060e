import { estimate, integer, orNull } from './column.ts';
import { confidence, dataset, finding, model, note, seed, standardError, view } from './shared-columns.ts';
import { tableShape } from './table.ts';

export const cells = tableShape('cells', 'AUROC of each model, finding and view.', {
  dataset,
  model,
  seed,
  finding,
  view,
  n: orNull(integer('images with a known label; null for the mean over findings', 'images')),
  positives: orNull(integer('images with the finding; null for the mean over findings', 'images')),
  patients: integer('patients of these images', 'patients'),
  auroc: estimate('area under the ROC curve, ties counted one half', 'AUROC'),
  se: standardError,
  ci: confidence,
  auprc: estimate('average precision; a score that tells nothing has the prevalence', 'precision'),
  note,
});
