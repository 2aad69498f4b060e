import { estimate, flag, integer, interval, orNull, text, word } from './column.ts';

/** Columns that several tables have. */

export const dataset = text('name of the data set');
export const model = text('name of the model');
export const finding = text('code of the finding; `mean`: the macro mean over those that can be estimated');
export const view = word(
  ['AP', 'PA', 'all'],
  'the images it is of; all: both views together, never a mean of the two',
);
/** Of an AUROC, which has a mean over the views too. */
export const aurocView = word(
  ['AP', 'PA', 'all', 'mean'],
  'the images it is of; all: both views together; mean: the mean of AP and PA with equal weights',
);
export const note = orNull(text('why a number is null, and what else a reader must know'));

export const oneSeed = integer('seed of the training', null);
export const seed = orNull(
  integer('seed of the training; null: the mean over seeds, which is always there', null),
);
export const meanOver = word(
  ['none', 'findings', 'seeds', 'both'],
  'what the row is a mean over, so that totals can be told from rows; of one seed there is no mean over seeds',
);

export const fromModel = text('the model that is compared with');
export const toModel = text('the model that is compared');

/** What a row is of: one model's AUROC or gap, or the change of either between two models. */
export const subject = {
  dataset,
  of: word(
    ['auroc', 'gap', 'change_of_auroc', 'change_of_gap'],
    'what the numbers are of; a gap is AUROC(AP) - AUROC(PA)',
  ),
  model: orNull(text('name of the model; null for a change')),
  from_model: orNull(text('the first model of a change; null otherwise')),
  to_model: orNull(text('the second model of a change; null otherwise')),
  finding,
  view: orNull(
    word(['AP', 'PA', 'all', 'mean'], 'the images of an AUROC; mean: the mean of AP and PA; null for a gap'),
  ),
};

export const clusters = integer(
  'clusters that the numbers come from: patients, or settings.cluster',
  'clusters',
);
export const standardError = estimate('standard error, clustered', 'AUROC');
export const pValue = estimate('two-sided p of "it is 0"', 'probability');
export const basis = word(
  ['weights', 'method'],
  'what se, the interval and p speak of: these trained weights, or the method, which could be trained again with other seeds',
);

/** A contrast of AUROCs with its error: of the method from three seeds on, with p from five on. */
export const errors = {
  se: standardError,
  ...interval('ci', 'confidence interval', 'AUROC'),
  df: estimate(
    "of Student's distribution behind the interval and p; null: none is used",
    'degrees of freedom',
  ),
  clusters,
  basis,
};

/** The same of these weights alone, as if no other seed could have been drawn. */
export const weightsErrors = {
  weights_se: estimate('standard error of these weights: without the variance between seeds', 'AUROC'),
  ...interval('weights_ci', 'confidence interval of these weights', 'AUROC'),
};
export const weightsP = estimate('p of "it is 0" of these weights', 'probability');

/** A contrast of AUROCs with its error and its test. */
export const contrast = {
  estimate: estimate('the AUROC, gap or change', 'AUROC'),
  ...errors,
  p: pValue,
};

/** Where a margin is declared: what the printed interval shows of it, at one-sided 2.5 % where its level is 95 %. */
export const withinMargin = orNull(
  flag('whether the whole interval lies within settings.margin of 0; null where no margin is declared'),
);
export const noninferior = orNull(
  flag('whether the whole interval lies above -settings.margin; null where no margin is declared'),
);
