import { estimate, interval, orNull, text, word } from '../columns/column.ts';
import { contrast, note, subject } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const sites = tableShape(
  'sites',
  'Gaps and changes in each site (source) of a data set that has several, and their mean over sites.',
  {
    ...subject,
    site: orNull(text('name of the source; null: the mean over sites')),
    method: word(
      ['site', 'common_effect', 'random_effects'],
      'site: of one; common_effect: the mean of these sites, of fewer than five; random_effects: of sites like these (Paule and Mandel, Hartung and Knapp)',
    ),
    ...contrast,
    weight: estimate('share of the site in the mean; of the mean: null', 'share'),
    tau_squared: estimate('variance between the true values of sites', 'AUROC squared'),
    cochran_q: estimate('heterogeneity: about sites - 1 where all sites have one true value', null),
    ...interval('prediction', 'interval for the true value of a further site', 'AUROC'),
    note,
  },
);
