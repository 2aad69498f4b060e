import { estimate, integer, interval, orNull, text, word } from '../columns/column.ts';
import { basis, clusters, dataset, finding, note, pValue, standardError } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const groups = tableShape(
  'groups',
  'AUROC of the groups of images that evaluate.groups names, and of patients by age and sex, within each view; how groups differ.',
  {
    dataset,
    grouped_by: text('what groups the images: a column that evaluate.groups names, or age and sex'),
    of: word(
      ['auroc', 'gap', 'change_of_auroc', 'change_of_gap', 'range'],
      'gap: AUROC of the group minus that of the other, of two; range: the largest AUROC minus the smallest, of more',
    ),
    model: orNull(text('name of the model; null for a change')),
    from_model: orNull(text('the first model of a change; null otherwise')),
    to_model: orNull(text('the second model of a change; null otherwise')),
    finding,
    view: word(['AP', 'PA', 'all'], 'the images it is of; all: both views together'),
    group_name: orNull(text('name of the group; null for a range')),
    other_group: orNull(text('of a gap, the group that is taken away; null otherwise')),
    n: orNull(integer('images of the group with a known label; null for a mean over findings', 'images')),
    positives: orNull(integer('images of the group with the finding; null for a mean', 'images')),
    positive_clusters: orNull(
      integer('clusters with an image with the finding; null for a mean', 'clusters'),
    ),
    negative_clusters: orNull(
      integer('clusters with an image without the finding; null for a mean', 'clusters'),
    ),
    estimate: estimate('the AUROC, gap, change or range', 'AUROC'),
    se: standardError,
    ...interval('ci', 'confidence interval', 'AUROC'),
    df: estimate("of Student's distribution behind the interval and p", 'degrees of freedom'),
    clusters,
    basis,
    p: pValue,
    p_adjusted: estimate('p adjusted by Holm over the findings', 'probability'),
    note,
  },
);
