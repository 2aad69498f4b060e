import { estimate, integer, interval, orNull, text, word } from './column.ts';

/** Columns that several tables have. */

export const dataset = text('name of the data set');
export const model = text('name of the model');
export const finding = text('code of the finding; `mean`: the macro mean over those that can be estimated');
export const view = word(
  ['AP', 'PA', 'all'],
  'the images it is of; all: both views together, never a mean of the two',
);
export const note = orNull(text('why a number is null, and what else a reader must know'));

export const oneSeed = integer('seed of the training', null);
export const seed = orNull(
  integer('seed of the training; null: the mean over seeds, which is always there', null),
);

export const from = text('the model that is compared with');
export const to = text('the model that is compared');

/** What a row is of: one model's AUROC or gap, or the change of either between two models. */
export const subject = {
  dataset,
  of: word(
    ['auroc', 'gap', 'change_of_auroc', 'change_of_gap'],
    'what the numbers are of; a gap is AUROC(AP) - AUROC(PA)',
  ),
  model: orNull(text('name of the model; null for a change')),
  from: orNull(text('the first model of a change; null otherwise')),
  to: orNull(text('the second model of a change; null otherwise')),
  finding,
  view: orNull(word(['AP', 'PA', 'all'], 'the images of an AUROC; null for a gap')),
};

/** `se`, `ci`, `p` are of these weights; with several seeds these are of the method, which could be trained again. */
export const method = {
  method_se: estimate('standard error with the variance between seeds', 'AUROC'),
  method_ci: interval('confidence interval with the variance between seeds', 'AUROC'),
  method_p: estimate('two-sided p with the variance between seeds', 'probability'),
  method_df: estimate(
    "of Student's distribution behind method_ci and method_p (Satterthwaite)",
    'degrees of freedom',
  ),
};

export const standardError = estimate('standard error, clustered by patient', 'AUROC');
export const confidence = interval('confidence interval', 'AUROC');
export const pValue = estimate('two-sided p of "it is 0"', 'probability');

/** A contrast of AUROCs with its error. */
export const contrast = {
  value: estimate('the AUROC, gap or change', 'AUROC'),
  se: standardError,
  ci: confidence,
  p: pValue,
};
