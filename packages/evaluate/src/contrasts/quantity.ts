import type { MetricsRow } from '@viewgap/contracts/metrics';
import { AUROC_VIEWS } from '../study/label-counts.ts';
import { MEAN } from '../study/study.ts';
import { changeOf, compare, QUANTITIES, type Quantity } from './comparison.ts';
import type { Contrast, Contrasts } from './estimates.ts';
import { type Seeded, seeded } from './seeded.ts';

/** What a number is of: one model's AUROC or gap, or the change of either from one model to another. */
export type Subject = Pick<
  MetricsRow<'sensitivity'>,
  'of' | 'model' | 'from_model' | 'to_model' | 'finding' | 'view'
>;

/** The contrast of a subject over the seeds of its rows without a seed. */
export function contrastOf(contrasts: Contrasts, subject: Subject): Contrast {
  return overSeeds(contrasts, subject)(seedsOf(contrasts, subject));
}

/** The same, with each seed's where the method's error is made from them. */
export function seededOf(contrasts: Contrasts, subject: Subject): Seeded {
  return seeded(seedsOf(contrasts, subject), overSeeds(contrasts, subject));
}

/** The seeds that a subject is the mean over: of a change those that both models have. */
function seedsOf(contrasts: Contrasts, { model, from_model, to_model }: Subject): readonly number[] {
  return model === null
    ? compare(contrasts, from_model ?? '', to_model ?? '').seeds
    : contrasts.levelSeeds(model);
}

function overSeeds(contrasts: Contrasts, subject: Subject): (seeds: readonly number[]) => Contrast {
  return (seeds) => {
    const of = ofFinding(contrasts, subject, seeds);
    return subject.finding === MEAN ? contrasts.mean(of) : of(subject.finding);
  };
}

function ofFinding(
  contrasts: Contrasts,
  { of, model, from_model, to_model, view }: Subject,
  seeds: readonly number[],
): (finding: string) => Contrast {
  if (model !== null) {
    if (of === 'gap') return (finding) => contrasts.gap(model, seeds, finding);
    return (finding) => contrasts.auroc(model, seeds, finding, view ?? 'all');
  }
  const quantity: Quantity = view === null ? { of: 'change_of_gap', view } : { of: 'change_of_auroc', view };
  return changeOf(contrasts, { ...compare(contrasts, from_model ?? '', to_model ?? ''), seeds }, quantity);
}

/** The gap of a model for each finding and their mean. */
export function gapSubjects(model: string, findings: readonly string[]): Subject[] {
  return [...findings, MEAN].map((finding) => ({
    of: 'gap',
    model,
    from_model: null,
    to_model: null,
    finding,
    view: null,
  }));
}

/** The AUROC of a model for each view, each finding and their mean. */
export function aurocSubjects(model: string, findings: readonly string[]): Subject[] {
  return AUROC_VIEWS.flatMap((view) =>
    [...findings, MEAN].map(
      (finding): Subject => ({ of: 'auroc', model, from_model: null, to_model: null, finding, view }),
    ),
  );
}

/** The changes from one model to another, of AUROC in each view and of the gap, for each finding and their mean. */
export function changeSubjects(from: string, to: string, findings: readonly string[]): Subject[] {
  return QUANTITIES.flatMap((quantity) =>
    [...findings, MEAN].map(
      (finding): Subject => ({ ...quantity, model: null, from_model: from, to_model: to, finding }),
    ),
  );
}
