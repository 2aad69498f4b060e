import { estimate, integer, text } from '../columns/column.ts';
import { dataset, errors, finding, model, note, seed, view } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const sources = tableShape('sources', 'AUROC within each source of a data set that has several.', {
  dataset,
  model,
  seed,
  finding,
  view,
  source: text('name of the source'),
  n: integer('images with a known label', 'images'),
  positives: integer('images with the finding', 'images'),
  estimate: estimate('area under the ROC curve, ties counted one half', 'AUROC'),
  ...errors,
  note,
});
