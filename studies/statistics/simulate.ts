import {
  type BootstrapJob,
  clusterEstimate,
  clusteredError,
  combine,
  type Estimate,
  logitInterval,
  normalInterval,
  place,
  rank,
  replicate,
  resultOf,
  type Term,
  tTestP,
  twoSidedP,
} from '@viewgap/evaluate';
import { normals, uniforms } from '@viewgap/stats';

/** A population of studies: two models, two views, one finding, and no true change of the gap. */
export interface Scenario {
  /** patients with the finding in each view */
  readonly positives: number;
  /** share of the patients that are filmed in both views */
  readonly inBoth: number;
  /** what the models' noise is of: each image by itself, or half of its variance of the patient */
  readonly noise: 'image' | 'patient';
  /** how much better the second model separates, in both views alike, in standard deviations of the score */
  readonly gain: number;
}

/** Patients with the finding among 100 in a view. */
const PREVALENCE = 25;

/** Distance of the classes for the first model, in standard deviations: an AUROC of .76. */
const SIGNAL = 1;

/** The result of one simulated study. */
export interface Outcome {
  /** p of the change of gap, which is truly 0 */
  readonly p: number;
  /** of the same by bootstrap-t; null where it was not asked for */
  readonly tP: number | null;
  readonly covered: { readonly change: boolean; readonly gap: boolean; readonly auroc: boolean };
}

/** Images of a study: patients in order, so that the first have the finding. */
interface Design {
  readonly patients: number;
  readonly patient: Int32Array;
  /** 1 AP, 0 PA */
  readonly ap: Uint8Array;
  readonly label: Uint8Array;
}

/**
 * One study of a scenario. Patients have one image in each view that they are filmed in, scored by both models. A
 * score is signal x label + noise of the image that both models share + noise of the model.
 * @param replicates of the bootstrap-t; 0: none
 */
export function simulateStudy(scenario: Scenario, seed: number, replicates: number): Outcome {
  const normal = normals(uniforms(seed, 20_251_126));
  const design = designOf(scenario);
  const columns = draw(scenario, design, [SIGNAL, SIGNAL + scenario.gain], normal);
  const codes = [1, 0].map((view) => design.label.map((label, i) => (design.ap[i] === view ? label : 2)));
  const cells = columns.flatMap((column) => codes.map((code) => cellOf(design, column, code)));
  const [ap1, pa1, ap2, pa2] = cells.map(({ estimate }) => estimate) as [
    Estimate,
    Estimate,
    Estimate,
    Estimate,
  ];
  const term = (weight: number, estimate: Estimate): Term => ({ weight, estimate });
  const gap = combine([term(1, ap1), term(-1, pa1)]);
  const change = combine([term(1, ap2), term(-1, pa2), term(-1, ap1), term(1, pa1)]);
  const se = clusteredError(change) as number;
  const job: BootstrapJob = {
    seed,
    patients: design.patients,
    patient: design.patient,
    cells,
    contrasts: [
      {
        terms: [-1, 1, 1, -1].map((weight, cell) => ({ cell, weight })),
        value: change.value,
        members: change.members,
      },
    ],
  };
  const boot = replicates === 0 ? null : resultOf(replicate(job, 0, replicates), 0, 1);
  const truth = trueAuroc(SIGNAL);
  const holds = (interval: readonly [number, number] | null, value: number) =>
    interval !== null && interval[0] <= value && value <= interval[1];
  return {
    p: twoSidedP(change.value / se),
    tP: boot === null ? null : tTestP(boot, change.value / se),
    covered: {
      change: holds(normalInterval(change.value, se, 0.95), 0),
      gap: holds(normalInterval(gap.value, clusteredError(gap) as number, 0.95), 0),
      auroc: holds(logitInterval(ap1.value, clusteredError(ap1) as number, 0.95), truth),
    },
  };
}

function designOf({ positives, inBoth }: Scenario): Design {
  const perView = Math.round((positives * 100) / PREVALENCE);
  const images: { patient: number; ap: number; label: number }[] = [];
  let patients = 0;
  for (const label of [1, 0]) {
    const inView = label === 1 ? positives : perView - positives;
    // of the p patients s are in both views: in each view there are s + (p - s) / 2
    const both = Math.round((2 * inView * inBoth) / (1 + inBoth));
    for (let k = 0; k < both; k++, patients++) {
      images.push({ patient: patients, ap: 1, label }, { patient: patients, ap: 0, label });
    }
    for (const ap of [1, 0]) {
      for (let k = both; k < inView; k++) images.push({ patient: patients++, ap, label });
    }
  }
  return {
    patients,
    patient: Int32Array.from(images, ({ patient }) => patient),
    ap: Uint8Array.from(images, ({ ap }) => ap),
    label: Uint8Array.from(images, ({ label }) => label),
  };
}

/** Variance that both models share, and variance of each model alone; they add up to 1. */
const SHARED = 0.6;

/** The patient's share of the variance of patient-level noise, in both views and parts. */
const OF_PATIENT = 0.8;

function draw(
  { noise }: Scenario,
  { patients, patient, label }: Design,
  signals: readonly number[],
  normal: () => number,
): Float64Array[] {
  const share = noise === 'patient' ? OF_PATIENT : 0;
  const part = (variance: number) => {
    const ofPatient = Float64Array.from({ length: patients }, () => Math.sqrt(variance * share) * normal());
    return (image: number) =>
      (ofPatient[patient[image] as number] as number) + Math.sqrt(variance * (1 - share)) * normal();
  };
  const shared = part(SHARED);
  const common = Float64Array.from(label, (_, i) => shared(i));
  return signals.map((signal) => {
    const own = part(1 - SHARED);
    return Float64Array.from(label, (one, i) => signal * one + (common[i] as number) + own(i));
  });
}

function cellOf({ patient, patients }: Design, scores: Float64Array, code: Uint8Array) {
  const ranking = rank(scores);
  const values = new Float64Array(scores.length);
  const placed = place(ranking, code, null, values);
  if (placed === null) throw new Error('a simulated cell of one class');
  const inCell: number[] = [];
  code.forEach((c, i) => {
    if (c !== 2) inCell.push(i);
  });
  const influence = Float64Array.from(
    inCell,
    (i) => ((values[i] as number) - placed.auroc) / (code[i] === 1 ? placed.positives : placed.negatives),
  );
  const clusters = Int32Array.from(inCell, (i) => patient[i] as number);
  return { ranking, code, estimate: clusterEstimate(placed.auroc, influence, clusters, patients) };
}

/** AUROC of two normal distributions of variance 1, `signal` apart. */
export function trueAuroc(signal: number): number {
  return 1 - twoSidedP(signal / Math.SQRT2) / 2;
}
