import { estimate, flag, interval, orNull, text, word } from '../columns/column.ts';
import { basis, clusters, dataset, fromModel, note, toModel } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

const viewChange = (view: string) => `change of AUROC in ${view}`;

export const narrowing = tableShape(
  'narrowing',
  'Whether the gap narrows from one model to another without a loss in either view (intersection-union, Berger 1982).',
  {
    dataset,
    from_model: fromModel,
    to_model: toModel,
    finding: text(
      'code of the finding; `mean`: the macro mean; `primary`: the mean over the primary findings',
    ),
    gap_from: estimate('gap of the first model', 'AUROC'),
    gap_to: estimate('gap of the second model', 'AUROC'),
    change_of_gap: estimate('gap_to - gap_from', 'AUROC'),
    ...interval('change_of_gap_ci', 'confidence interval of it', 'AUROC'),
    sum_of_gaps: estimate('gap_from + gap_to', 'AUROC'),
    ...interval('sum_of_gaps_ci', 'confidence interval of it', 'AUROC'),
    p: estimate(
      'the larger of the two-sided p of "change_of_gap is 0" and "sum_of_gaps is 0": of "the size of the gap does not change"',
      'probability',
    ),
    change_ap: estimate(viewChange('AP'), 'AUROC'),
    ...interval('change_ap_ci', 'confidence interval of it', 'AUROC'),
    change_pa: estimate(viewChange('PA'), 'AUROC'),
    ...interval('change_pa_ci', 'confidence interval of it', 'AUROC'),
    no_view_loses: orNull(
      flag(
        'whether both lower ends lie above -settings.margin; null where no margin is declared or an interval is missing',
      ),
    ),
    outcome: word(
      ['narrows', 'widens', 'smaller_but_a_view_may_lose', 'smaller_no_margin', 'not_shown', 'not_tested'],
      'narrows: the size is smaller and no view loses the margin; smaller_but_a_view_may_lose, smaller_no_margin: it is smaller, and a loss is not excluded or no margin is declared',
    ),
    clusters,
    basis,
    note,
  },
);
