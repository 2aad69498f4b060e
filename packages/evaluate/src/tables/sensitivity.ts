import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { largest, smallest } from '@viewgap/stats';
import { Contrasts } from '../contrasts/estimates.ts';
import { infer } from '../contrasts/inference.ts';
import { changeSubjects, contrastOf, gapSubjects, type Subject, seededOf } from '../contrasts/quantity.ts';
import type { Reading } from '../contrasts/reading.ts';
import { tableOf } from '../contrasts/table.ts';
import { type Codes, type Dataset, MEAN, onlyWhere, relabelled, UNKNOWN } from '../study/study.ts';

type Sensitivity = MetricsRow<'sensitivity'>;

export const table = tableOf(METRICS_TABLES.sensitivity, ({ study, contrasts, pairs, reading }) => {
  const { models, findings } = study;
  const gaps = models.flatMap((model) => gapSubjects(model, findings));
  const changes = pairs.flatMap(([from, to]) => changeSubjects(from, to, findings));
  return sensitivityRows(contrasts, [...gaps, ...changes], reading);
});

/** The data set in other circumstances. */
interface Variant {
  readonly name: string;
  readonly dataset: Dataset;
  /** which subjects it tells something of; all where not given */
  readonly tells?: (subject: Subject) => boolean;
}

/** Findings with fewer positive or negative patients in a view than this are left out of the means. */
const MINIMA = [10, 50];

/** Gaps and changes under other sets of labels and without the images that could make a gap. */
function sensitivityRows(
  contrasts: Contrasts,
  subjects: readonly Subject[],
  reading: Reading,
): Sensitivity[] {
  const all = [...variants(contrasts.dataset), ...minima(contrasts)];
  return all.flatMap(({ name, dataset, tells }) => {
    const changed = new Contrasts(dataset, contrasts.findings);
    const images = countKnown(dataset);
    return subjects
      .filter((subject) => tells?.(subject) ?? true)
      .map((subject): Sensitivity => {
        const main = contrastOf(contrasts, subject).estimate?.value ?? null;
        const { contrast, note } = infer(seededOf(changed, subject), 'difference', reading);
        return { variant: name, dataset: dataset.name, ...subject, images, ...contrast, main, note };
      });
  });
}

function variants(dataset: Dataset): Variant[] {
  const { view_conflict, overlap, support_devices } = dataset.texts;
  return [
    ...labelVariants(dataset),
    ...without('without contradictory views', dataset, view_conflict, false),
    ...without('without overlapping patients', dataset, overlap, true),
    ...without('without support devices', dataset, support_devices, false),
    ...bothViews(dataset),
  ];
}

/** Each other set of labels, and the main one on the images that the other labels. */
function labelVariants(dataset: Dataset): Variant[] {
  const others = dataset.labelSets.filter(({ labels }) => labels !== dataset.labels);
  return others.flatMap(({ name, labels }) => {
    const shared = dataset.labels.map((column, f) =>
      column.map((label, i) => (labels[f]?.[i] === UNKNOWN ? UNKNOWN : label)),
    );
    return [
      { name: `labels: ${name}`, dataset: relabelled(dataset, labels) },
      { name: `the main labels, where there is one of ${name}`, dataset: relabelled(dataset, shared) },
    ];
  });
}

/** What an empty cell, 0 and false have in common, other words do not. */
function isSet(codes: Codes, image: number): boolean {
  const name = codes.names[codes.code[image] as number];
  return name !== undefined && !['', '0', '0.0', 'false', 'False', 'FALSE', 'no', 'none'].includes(name);
}

function without(name: string, dataset: Dataset, codes: Codes | undefined, byPatient: boolean): Variant[] {
  // A column without a value tells as much as one that is not there.
  if (codes === undefined || codes.names.length === 0) return [];
  const { patient, patients, images } = dataset;
  const marked = new Uint8Array(patients);
  for (let i = 0; i < images; i++) if (isSet(codes, i)) marked[patient[i] as number] = 1;
  const out = (image: number) => (byPatient ? marked[patient[image] as number] === 1 : isSet(codes, image));
  return [{ name, dataset: onlyWhere(dataset, (image) => !out(image)) }];
}

function bothViews(dataset: Dataset): Variant[] {
  const { patient, patients, ap } = dataset;
  const seen = [new Uint8Array(patients), new Uint8Array(patients)];
  ap.forEach((view, i) => {
    (seen[view] as Uint8Array)[patient[i] as number] = 1;
  });
  const both = (g: number) => seen[0]?.[g] === 1 && seen[1]?.[g] === 1;
  return [
    { name: 'patients filmed in both views', dataset: onlyWhere(dataset, (i) => both(patient[i] as number)) },
  ];
}

/** Those that leave some findings out, but not all. */
function minima(contrasts: Contrasts): Variant[] {
  const { dataset, findings } = contrasts;
  const rarest = findings.map((finding) =>
    smallest(
      (['AP', 'PA'] as const).flatMap((view) => {
        const { positivePatients, negativePatients } = contrasts.counts(finding, view);
        return [positivePatients, negativePatients];
      }),
    ),
  );
  const telling = MINIMA.filter((least) => smallest(rarest) < least && largest(rarest) >= least);
  return telling.map((least) => ({
    name: `findings with at least ${least} patients of each class in each view`,
    dataset: relabelled(
      dataset,
      dataset.labels.map((column, f) =>
        (rarest[f] as number) >= least ? column : new Int8Array(column.length).fill(UNKNOWN),
      ),
    ),
    tells: ({ finding }) => finding === MEAN,
  }));
}

/** Images with a known label of any finding. */
function countKnown({ images, labels }: Dataset): number {
  let count = 0;
  for (let i = 0; i < images; i++) if (labels.some((column) => column[i] !== UNKNOWN)) count++;
  return count;
}
