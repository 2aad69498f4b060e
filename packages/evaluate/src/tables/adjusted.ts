import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { type Contrast, Contrasts, missing, overClusters } from '../contrasts/estimates.ts';
import { infer } from '../contrasts/inference.ts';
import { changeSubjects, gapSubjects, type Subject, seededOf } from '../contrasts/quantity.ts';
import type { Reading } from '../contrasts/reading.ts';
import type { Seeded } from '../contrasts/seeded.ts';
import { tableOf } from '../contrasts/table.ts';
import { partOf } from '../study/parts.ts';
import { crossed, type Stratification, strataOf, withoutEmpty } from '../study/strata.ts';
import { type Dataset, MEAN, onlyWhere, UNKNOWN } from '../study/study.ts';
import { comparableWeights, effectiveImages, type Weighting } from '../study/weighting.ts';

type Adjusted = MetricsRow<'adjusted'>;

export const table = tableOf(METRICS_TABLES.adjusted, ({ study, contrasts, pairs, reading }) => {
  const { models, findings } = study;
  const gaps = models.flatMap((model) => gapSubjects(model, findings));
  const changes = pairs.flatMap(([from, to]) => changeSubjects(from, to, findings));
  const ofGaps = [...gaps, ...changes.filter(({ of }) => of === 'change_of_gap')];
  return adjustedRows(
    contrasts,
    ofGaps.filter(({ finding }) => finding !== MEAN),
    reading,
  );
});

/**
 * Gaps and changes of gap where AP and PA patients are alike: within strata of age, sex, source and of age by sex, over
 * the strata of each, and over all images weighted so that both views have the same mixture of all three, crossed. One
 * finding each, no mean.
 */
function adjustedRows(contrasts: Contrasts, subjects: readonly Subject[], reading: Reading): Adjusted[] {
  const stratifications = strataOf(contrasts.dataset);
  if (stratifications.length === 0) return [];
  const ofPatients = stratifications.filter(({ by }) => by !== 'source');
  const both = ofPatients.length === 2 ? [withoutEmpty(crossed(ofPatients, contrasts.dataset.images))] : [];
  return [
    ...[...stratifications, ...both].flatMap((one) => stratumRows(contrasts, one, subjects, reading)),
    ...weightedRows(contrasts, stratifications, subjects, reading),
  ];
}

function stratumRows(
  { dataset, findings }: Contrasts,
  { by, names, code }: Stratification,
  subjects: readonly Subject[],
  reading: Reading,
): Adjusted[] {
  const strata = names.map((name, s) => {
    return {
      name,
      within: new Contrasts(
        partOf(dataset, (i) => code[i] === s),
        findings,
      ),
    };
  });
  return subjects.flatMap((subject) => {
    const each = strata.map(({ name, within }) => {
      const contrast = seededOf(within, subject);
      return { name, contrast, n: within.counts(subject.finding, 'all').n };
    });
    const key = { dataset: dataset.name, ...subject, grouped_by: by };
    const rows = each.map(({ name, contrast, n }): Adjusted => {
      const { contrast: numbers, note } = infer(contrast, 'difference', reading);
      return { ...key, method: 'stratum', stratum: name, n, ...numbers, note };
    });
    const { contrast, n } = overStrata(each);
    const { contrast: numbers, note } = infer(contrast, 'difference', reading);
    return [...rows, { ...key, method: 'strata', stratum: null, n, ...numbers, note }];
  });
}

/** Mean over the strata where it can be estimated, weighted by their images, which are taken as given. */
function overStrata(
  each: readonly { readonly name: string; readonly contrast: Seeded; readonly n: number }[],
): {
  contrast: Seeded;
  n: number;
} {
  const present = each.filter(({ contrast }) => contrast.mean.estimate !== null);
  const absent = each.filter(({ contrast }) => contrast.mean.estimate === null).map(({ name }) => name);
  const n = present.reduce((sum, one) => sum + one.n, 0);
  if (present.length === 0)
    return { contrast: { mean: missing('no stratum can be estimated'), bySeed: [] }, n };
  const remarks = absent.length === 0 ? [] : [`without ${absent.join(', ')}, where it cannot be estimated`];
  const over = (of: (one: Seeded) => Contrast | undefined): Contrast => {
    const each = present.map(({ contrast }) => of(contrast) as Contrast);
    const weights = present.map((one) => one.n / n);
    return { ...overClusters(each, weights), remarks };
  };
  const seeds = present[0]?.contrast.bySeed ?? [];
  return {
    contrast: {
      mean: over(({ mean }) => mean),
      bySeed: seeds.map((_, k) => over(({ bySeed }) => bySeed[k])),
    },
    n,
  };
}

function weightedRows(
  contrasts: Contrasts,
  stratifications: readonly Stratification[],
  subjects: readonly Subject[],
  reading: Reading,
): Adjusted[] {
  const { dataset, findings } = contrasts;
  const known = onlyWhere(dataset, (i) => stratifications.every(({ code }) => code[i] !== -1));
  const by = stratifications.map((one) => one.by).join(' x ');
  return findings.flatMap((finding, f) => {
    const labels = known.labels[f] as Int8Array;
    const weighting = comparableWeights(known, labels, stratifications);
    const within = weighting === null ? null : onlyWhere(known, (i) => weighting.weights[i] !== 0);
    const weighted = weighting && within && new Contrasts(within, findings, weighting.weights);
    const n = within === null ? 0 : knownLabels(within.labels[f] as Int8Array);
    const notes = weighting === null ? [] : weightingNotes(known, labels, weighting);
    return subjects
      .filter((subject) => subject.finding === finding)
      .map((subject): Adjusted => {
        const contrast =
          weighted === null
            ? { mean: missing('no weights: no stratum has images of both views'), bySeed: [] }
            : seededOf(weighted, subject);
        const { contrast: numbers, note } = infer(contrast, 'difference', reading, notes);
        const key = {
          dataset: dataset.name,
          ...subject,
          grouped_by: by,
          method: 'weighting' as const,
          stratum: null,
          n,
        };
        return { ...key, ...numbers, note };
      });
  });
}

function knownLabels(labels: Int8Array): number {
  return labels.reduce((sum, label) => sum + (label === UNKNOWN ? 0 : 1), 0);
}

/** More images than this share without a counterpart in the other view, and the weighted ones are other patients. */
const MANY_UNMATCHED = 0.1;

function weightingNotes(dataset: Dataset, labels: Int8Array, { weights, unmatched }: Weighting): string[] {
  const { AP, PA } = effectiveImages(dataset, weights);
  const n = knownLabels(labels);
  return [
    `weighted images count as ${Math.round(AP)} in AP and ${Math.round(PA)} in PA`,
    ...(unmatched === 0 ? [] : [`images left out of strata that one view alone has: ${unmatched} of ${n}`]),
    ...(unmatched > MANY_UNMATCHED * n
      ? ['AP and PA patients overlap too little to be made comparable: this is a gap among those who do']
      : []),
  ];
}
