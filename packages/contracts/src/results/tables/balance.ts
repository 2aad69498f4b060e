import { estimate, text } from '../columns/column.ts';
import { dataset, finding } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const balance = tableShape(
  'balance',
  'How alike AP and PA images are in age, sex, source and prevalence, before and after weighting.',
  {
    dataset,
    finding,
    grouped_by: text('what is compared: age, sex, source, or finding: the prevalence'),
    stratum: text('name of the stratum'),
    ap: estimate('share of the AP images', null),
    pa: estimate('share of the PA images', null),
    difference: estimate('standardised difference AP - PA (Austin 2009): beyond 0.1 it matters', null),
    weighted_ap: estimate('share of the weighted AP images', null),
    weighted_pa: estimate('share of the weighted PA images', null),
    weighted_difference: estimate(
      'standardised difference after weighting, by the deviation before it',
      null,
    ),
  },
);
