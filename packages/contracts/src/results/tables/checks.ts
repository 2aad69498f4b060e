import { estimate, interval } from '../columns/column.ts';
import { dataset, finding, model, note, seed } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const checks = tableShape('checks', 'What can make a gap an artefact, for each model and finding.', {
  dataset,
  model,
  seed,
  finding,
  view_only_auroc: estimate('AUROC of the flag "is AP" alone for the finding', 'AUROC'),
  pooled_auroc: estimate('AUROC over both views', 'AUROC'),
  within_view_auroc: estimate(
    'mean of the AP and the PA AUROC, weighted by their positive-negative pairs',
    'AUROC',
  ),
  prevalence_ap: estimate('share of AP images with the finding', 'share'),
  prevalence_pa: estimate('share of PA images with the finding', 'share'),
  score_vs_view_auroc: estimate(
    'AUROC of the score for "is AP" among the images without the finding',
    'AUROC',
  ),
  geometry_auroc: estimate(
    'AUROC of width over height of the original film for "is AP"; of the data set alone; null where no size is given',
    'AUROC',
  ),
  view_probe_auroc: estimate(
    'AUROC of a linear probe on the embedding for "is AP", on images that it was not fitted on',
    'AUROC',
  ),
  ...interval('view_probe_ci', 'confidence interval of view_probe_auroc, clustered', 'AUROC'),
  note,
});
