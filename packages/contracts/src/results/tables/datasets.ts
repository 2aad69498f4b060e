import { integer, text } from '../columns/column.ts';
import { dataset, note } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const datasets = tableShape('datasets', 'The data sets, and how much of each enters.', {
  dataset,
  split: text('test, external, val or unspecified, several joined by +; none where no image is used'),
  images: integer('images that enter', 'images'),
  clusters: integer(
    'patients that enter, or clusters of settings.cluster; an image without a patient id is one of its own',
    'clusters',
  ),
  excluded: integer('images that are in neither AP nor PA', 'images'),
  note,
});
