import { estimate, integer, orNull } from '../columns/column.ts';
import {
  aurocView,
  dataset,
  errors,
  finding,
  meanOver,
  model,
  note,
  seed,
  weightsErrors,
} from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const cells = tableShape('cells', 'AUROC of each model, finding and view.', {
  dataset,
  model,
  seed,
  finding,
  view: aurocView,
  mean_over: meanOver,
  n: orNull(integer('images with a known label; null for the mean over findings', 'images')),
  positives: orNull(integer('images with the finding; null for the mean over findings', 'images')),
  positive_clusters: orNull(
    integer('clusters with an image with the finding; null for the mean over findings', 'clusters'),
  ),
  negative_clusters: orNull(
    integer('clusters with an image without the finding; null for the mean over findings', 'clusters'),
  ),
  estimate: estimate('area under the ROC curve, ties counted one half', 'AUROC'),
  ...errors,
  ...weightsErrors,
  auprc: estimate('average precision; a score that tells nothing has the prevalence', 'precision'),
  note,
});
