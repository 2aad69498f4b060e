import type { MetricsRow } from '@viewgap/contracts/metrics';
import { CELL_VIEWS } from '../study/label-counts.ts';
import { MEAN } from '../study/study.ts';
import { changeOf, compare, QUANTITIES } from './comparison.ts';
import type { Contrast, Contrasts } from './estimates.ts';

/** What a number is of: one model's AUROC or gap, or the change of either from one model to another. */
export type Subject = Pick<MetricsRow<'sensitivity'>, 'of' | 'model' | 'from' | 'to' | 'finding' | 'view'>;

/** The contrast of a subject: the mean over the seeds (of a change: those that both models have). */
export function contrastOf(contrasts: Contrasts, subject: Subject): Contrast {
  const of = ofFinding(contrasts, subject);
  return subject.finding === MEAN ? contrasts.mean(of) : of(subject.finding);
}

function ofFinding(
  contrasts: Contrasts,
  { of, model, from, to, view }: Subject,
): (finding: string) => Contrast {
  if (model !== null) {
    const seeds = contrasts.seeds(model);
    if (of === 'gap') return (finding) => contrasts.gap(model, seeds, finding);
    return (finding) => contrasts.auroc(model, seeds, finding, view ?? 'all');
  }
  const comparison = compare(contrasts, from ?? '', to ?? '');
  return changeOf(contrasts, comparison, view === null ? { of: 'gap' } : { of: 'auroc', view });
}

/** The gap of a model for each finding and their mean. */
export function gapSubjects(model: string, findings: readonly string[]): Subject[] {
  return [...findings, MEAN].map((finding) => ({
    of: 'gap',
    model,
    from: null,
    to: null,
    finding,
    view: null,
  }));
}

/** The AUROC of a model for each view, each finding and their mean. */
export function aurocSubjects(model: string, findings: readonly string[]): Subject[] {
  return CELL_VIEWS.flatMap((view) =>
    [...findings, MEAN].map(
      (finding): Subject => ({ of: 'auroc', model, from: null, to: null, finding, view }),
    ),
  );
}

/** The changes from one model to another, of AUROC in each view and of the gap, for each finding and their mean. */
export function changeSubjects(from: string, to: string, findings: readonly string[]): Subject[] {
  return QUANTITIES.flatMap((quantity) =>
    [...findings, MEAN].map((finding): Subject => {
      const shared = { model: null, from, to, finding };
      return quantity.of === 'gap'
        ? { ...shared, of: 'change_of_gap', view: null }
        : { ...shared, of: 'change_of_auroc', view: quantity.view };
    }),
  );
}
