import { evaluateConfig, silentProgress } from '@viewgap/contracts';
import { computeMetrics } from '@viewgap/evaluate';
import { type Answer, answers } from '@viewgap/report';
import { normalQuantile, normals, uniforms } from '@viewgap/stats';

type Study = Parameters<typeof computeMetrics>[0];
type Views = readonly [ap: number, pa: number];

/** A population of whole studies: two models, AP and PA films, some findings, and what is true of the AUROCs. */
export interface Population {
  readonly name: string;
  /** true AUROC in AP and PA of each model, the same for every finding */
  readonly from: Views;
  readonly to: Views;
  /** what the second model adds to every score of an AP film: it moves no AUROC within a view */
  readonly shortcut: number;
  readonly seeds: number;
  /** variance of a finding's AUROC between seeds, in its variance between patients */
  readonly seedVariance: number;
  /** what the page may say of it */
  readonly isTrue: (answer: Answer) => boolean;
}

/** Patients by view, and the share of all that are filmed in both views. */
const PATIENTS = 500;
const IN_BOTH = 0.3;
/** Share of films with each finding, in AP and PA. */
const PREVALENCES: readonly Views[] = [
  [0.25, 0.12],
  [0.12, 0.08],
  [0.06, 0.06],
];
export const MARGIN = 0.03;

/** Shares of the noise's variance that both models have, that the seeds of a model have, and that each seed has. */
const OF_ALL = 0.6;
const OF_MODEL = 0.25;
const OF_SEED = 0.15;
/** Share of each that a patient has in both films. */
const OF_PATIENT = 0.8;

const same = (answer: Answer) => answer.better !== 'above' && answer.better !== 'below';
const noGap = (answer: Answer) => !['narrower', 'smaller', 'wider'].includes(answer.gap);

/** What must not be claimed of each is false by a hair: the gap keeps its size exactly, a view loses just the margin. */
const TRUTHS: readonly Omit<Population, 'seeds' | 'seedVariance'>[] = [
  {
    name: 'no effect, no gap',
    from: [0.85, 0.85],
    to: [0.85, 0.85],
    shortcut: 0,
    isTrue: (answer) => same(answer) && noGap(answer),
  },
  {
    name: 'no effect, a gap',
    from: [0.8, 0.88],
    to: [0.8, 0.88],
    shortcut: 0,
    isTrue: (answer) => same(answer) && noGap(answer),
  },
  {
    name: 'effect in AP alone, which turns the gap round',
    from: [0.82, 0.86],
    to: [0.9, 0.86],
    shortcut: 0,
    isTrue: (answer) => answer.better !== 'below' && noGap(answer),
  },
  {
    name: 'the view shortcut alone',
    from: [0.82, 0.88],
    to: [0.82, 0.88],
    shortcut: 0.8,
    isTrue: (answer) => same(answer) && noGap(answer),
  },
  {
    name: 'levelling down: PA loses the margin, AP gains nothing',
    from: [0.8, 0.9],
    to: [0.8, 0.9 - MARGIN],
    shortcut: 0,
    isTrue: (answer) => answer.better !== 'above' && answer.gap !== 'narrower' && answer.gap !== 'wider',
  },
  {
    name: 'PA loses the margin, AP gains more',
    from: [0.75, 0.9],
    to: [0.85, 0.9 - MARGIN],
    shortcut: 0,
    isTrue: (answer) => answer.better !== 'below' && answer.gap !== 'narrower' && answer.gap !== 'wider',
  },
];

/** Each truth for one training of each model, and for five whose AUROCs differ. */
export const POPULATIONS: readonly Population[] = [
  ...TRUTHS.map((truth) => ({ ...truth, seeds: 1, seedVariance: 0 })),
  ...TRUTHS.map((truth) => ({ ...truth, seeds: 5, seedVariance: 0.5 })),
  ...[1, 2, 5].map((seedVariance) => ({
    ...(TRUTHS[0] as (typeof TRUTHS)[number]),
    name: 'seeds alone',
    seeds: 5,
    seedVariance,
  })),
];

/** The tables that the answer is read from. */
const TABLES = ['datasets', 'primary_tests', 'narrowing'];

/** The answer that the page gives of a study that is drawn from its labels on. */
export async function answerOf(population: Population, seed: number): Promise<Answer> {
  const study = drawStudy(population, seed);
  const config = evaluateConfig.parse({ primary: 'external', margin: MARGIN });
  const metrics = await computeMetrics(study, { config, seed, progress: silentProgress, only: TABLES });
  return answers(metrics)[0] as Answer;
}

interface Films {
  readonly patients: number;
  readonly patient: Int32Array;
  readonly ap: Uint8Array;
}

function drawStudy(population: Population, seed: number): Study {
  const uniform = uniforms(seed, 20_261_202);
  const normal = normals(uniform);
  const films = filmsOf();
  const images = films.patient.length;
  const labels = PREVALENCES.map((shares) =>
    Int8Array.from(films.ap, (ap) => (uniform() < (shares[1 - ap] as number) ? 1 : 0)),
  );
  const columns = labels.map((label, finding) => scoresOf(population, films, label, finding, normal));
  const seeds = Array.from({ length: population.seeds }, (_, k) => k);
  return {
    datasets: [
      {
        name: 'external',
        split: 'external',
        images,
        patients: films.patients,
        patient: films.patient,
        ap: films.ap,
        orphans: 0,
        otherViews: {},
        otherSplits: {},
        age: null,
        aspect: null,
        texts: {},
        labels,
        labelSets: [{ name: 'labels', labels }],
        units: ['model1', 'model2'].flatMap((model, m) =>
          seeds.map((k) => ({
            model,
            seed: k,
            scores: columns.map((ofFinding) => ofFinding[m]?.[k] as Float64Array),
            viewProbe: null,
          })),
        ),
      },
    ],
    validation: [],
    models: ['model1', 'model2'],
    seeds,
    findings: PREVALENCES.map((_, finding) => `finding ${finding + 1}`),
    rows: images,
    rowsLeftOut: 0,
  };
}

function filmsOf(): Films {
  const both = Math.round(PATIENTS * IN_BOTH);
  const ap = Uint8Array.from({ length: 2 * PATIENTS }, (_, i) => (i < PATIENTS ? 1 : 0));
  const patient = Int32Array.from(ap, (_, i) =>
    i < PATIENTS ? i : i - PATIENTS < both ? i - PATIENTS : i - both,
  );
  return { patients: 2 * PATIENTS - both, patient, ap };
}

/** Scores of a finding by model and seed: signal x label + noise, the signal's size set by the true AUROC. */
function scoresOf(
  { from, to, shortcut, seeds, seedVariance }: Population,
  films: Films,
  label: Int8Array,
  finding: number,
  normal: () => number,
): Float64Array[][] {
  const common = noise(films, OF_ALL, normal);
  const jitter = [1, 0].map((view) =>
    Math.sqrt(seedVariance / (PATIENTS * (PREVALENCES[finding]?.[1 - view] as number))),
  );
  return [from, to].map((truth, model) => {
    const own = noise(films, OF_MODEL, normal);
    return Array.from({ length: seeds }, () => {
      const last = noise(films, OF_SEED, normal);
      const signals = truth.map(
        (auroc, place) =>
          normalQuantile(auroc) * Math.sqrt(2 + (jitter[place] as number) ** 2) +
          (jitter[place] as number) * normal(),
      );
      return Float64Array.from(
        label,
        (one, i) =>
          one * (signals[1 - (films.ap[i] as number)] as number) +
          (common[i] as number) +
          (own[i] as number) +
          (last[i] as number) +
          model * shortcut * (films.ap[i] as number),
      );
    });
  });
}

function noise({ patient, patients }: Films, variance: number, normal: () => number): Float64Array {
  const ofPatient = Float64Array.from(
    { length: patients },
    () => Math.sqrt(variance * OF_PATIENT) * normal(),
  );
  const rest = Math.sqrt(variance * (1 - OF_PATIENT));
  return Float64Array.from(patient, (g) => (ofPatient[g] as number) + rest * normal());
}
