import { estimate, integer, interval, orNull, text, word } from '../columns/column.ts';
import {
  basis,
  clusters,
  dataset,
  finding,
  meanOver,
  note,
  pValue,
  seed,
} from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const operatingPoints = tableShape(
  'operating_points',
  'Sensitivity, specificity and predictive values at one threshold for both views, how they differ between the views and between models.',
  {
    dataset,
    of: word(
      ['share', 'gap', 'change_of_share', 'change_of_gap'],
      'what the numbers are of; a gap is the share in AP minus that in PA',
    ),
    measure: word(
      ['sensitivity', 'specificity', 'ppv', 'npv', 'ppv_at_prevalence', 'npv_at_prevalence'],
      'what share it is; PPV and NPV as they are in the view, and at one prevalence for both',
    ),
    model: orNull(text('name of the model; null for a change')),
    from_model: orNull(text('the first model of a change; null otherwise')),
    to_model: orNull(text('the second model of a change; null otherwise')),
    seed,
    finding,
    view: orNull(
      word(['AP', 'PA', 'all'], 'the images of a share; all: both views together; null for a gap'),
    ),
    mean_over: meanOver,
    threshold_rule: word(
      ['specificity', 'youden', 'given'],
      'specificity: the least score that leaves settings.specificity of the images without the finding below it; youden: the largest sensitivity + specificity; given: by evaluate.thresholds',
    ),
    threshold_images: word(
      ['validation', 'test', 'none'],
      'where the threshold was chosen: on the validation images of all data sets, on the images of this one, or by the user',
    ),
    threshold_view: orNull(
      word(
        ['all', 'PA'],
        'the views of the images that it was chosen on; PA: as by somebody who has PA films alone; null: given',
      ),
    ),
    threshold: estimate('images that score at least this are called positive; null: several', 'score'),
    prevalence: estimate(
      'of ppv_at_prevalence and npv_at_prevalence: the pooled prevalence of the data set, taken as given',
      'share',
    ),
    n: orNull(integer('images that it is a share of; null of a difference and a mean', 'images')),
    hits: orNull(integer('images among them that are right; null of a difference and a mean', 'images')),
    estimate: estimate('the share or the difference', 'share'),
    se: estimate('standard error, clustered', 'share'),
    ...interval('ci', 'confidence interval: Wilson of a share, MOVER of a difference', 'share'),
    df: estimate("of Student's distribution behind the interval and p", 'degrees of freedom'),
    clusters,
    basis,
    p: pValue,
    p_adjusted: estimate('p adjusted by Holm over the findings', 'probability'),
    note,
  },
);
