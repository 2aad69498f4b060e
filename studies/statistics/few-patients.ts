import {
  type AurocTerm,
  clusterEstimate,
  type Estimate,
  expit,
  type Inference,
  inferMethod,
  inferWeights,
  largest,
  normals,
  place,
  rank,
  smallest,
  strataOf,
  twoSidedP,
  uniforms,
} from '@viewgap/stats';

/** A population of studies with two models, two views and few patients with a finding. */
export interface FewPatients {
  /** true AUROC of each model, the same in both views */
  readonly aurocs: readonly [number, number];
  /** patients with each finding in AP; contrasts are means over the findings */
  readonly positives: readonly number[];
  readonly positivesPA: number;
  /** films without a finding, in each view */
  readonly negatives: number;
  /** standard deviation of the positives' scores in AP and in PA; that of the negatives is 1 */
  readonly spread: readonly [number, number];
  /** probabilities rounded to 1/20 */
  readonly ties: boolean;
  /** share of the patients that are filmed in both views, in tenths */
  readonly inBoth: number;
  readonly seeds: number;
  /** variance of an AUROC between seeds, in its variance between patients */
  readonly seedVariance: number;
  /** clusters, which differ in how well each view and each model is read; 0: every patient is one */
  readonly hospitals: number;
}

export const CONTRASTS = ['auroc', 'gap', 'change', 'changeOfGap', 'meanChange'] as const;

/** Weights of AP and PA of the first model, and of the second. */
const WEIGHTS: Record<(typeof CONTRASTS)[number], readonly number[]> = {
  auroc: [1, 0, 0, 0],
  gap: [1, -1, 0, 0],
  change: [-1, 0, 1, 0],
  changeOfGap: [-1, 1, 1, -1],
  meanChange: [-0.5, -0.5, 0.5, 0.5],
};

/** A contrast of one simulated study: for these weights with one seed, for the method with several. */
export interface Outcome {
  readonly truth: number;
  readonly inference: Inference | null;
}

/** Films of a study: patients, views and the label of each finding. */
interface Films {
  readonly patient: Int32Array;
  readonly patients: number;
  readonly cluster: Int32Array;
  readonly clusters: number;
  readonly ap: Uint8Array;
  readonly labels: readonly Uint8Array[];
}

/**
 * One study. A score is signal x label + spread x (noise that models and seeds share + noise of the model + noise of
 * the seed), each partly of the patient; a seed also moves its signal.
 */
export function simulateFewPatients(population: FewPatients, seed: number): Record<string, Outcome> {
  const normal = normals(uniforms(seed, 20_261_201));
  const films = filmsOf(population);
  const terms = population.positives.flatMap((_, finding) => termsOf(population, films, finding, normal));
  const strata = strataOf(
    films.labels.flatMap((label) =>
      [1, 0].flatMap((view) => [1, 0].map((value) => clustersWith(films, label, view, value))),
    ),
  );
  const truths = cellTruths(population);
  const outcome = (name: (typeof CONTRASTS)[number]): Outcome => {
    const weighted = terms.flatMap(({ cell, term }) => {
      const weight = (WEIGHTS[name][cell] as number) / population.positives.length;
      return weight === 0 ? [] : [{ ...term, weight }];
    });
    const question = {
      terms: weighted,
      strata,
      kind: name === 'auroc' ? 'auroc' : 'difference',
      level: 0.95,
    } as const;
    return {
      truth: WEIGHTS[name].reduce((sum, weight, cell) => sum + weight * (truths[cell] as number), 0),
      inference: population.seeds > 1 ? inferMethod(question) : inferWeights(question),
    };
  };
  return Object.fromEntries(CONTRASTS.map((name) => [name, outcome(name)]));
}

function filmsOf({ positives, positivesPA, negatives, inBoth, hospitals }: FewPatients): Films {
  const images: { patient: number; place: number; ap: number; labels: number[] }[] = [];
  const sizes = [positivesPA + negatives, largest(positives) + negatives];
  const isShared = (place: number) => place < smallest(sizes) && place % 10 < 10 * inBoth;
  let patients = smallest(sizes);
  for (const ap of [1, 0]) {
    const size = sizes[ap] as number;
    for (let place = 0; place < size; place++) {
      const labels = positives.map((count, finding) => {
        const from = (finding * Math.floor(size / positives.length) + place) % size;
        return from < (ap === 1 ? count : positivesPA) ? 1 : 0;
      });
      const patient = isShared(place) || (ap === 1 && place < smallest(sizes)) ? place : patients++;
      images.push({ patient, place, ap, labels });
    }
  }
  const column = (of: (image: (typeof images)[number]) => number) => Int32Array.from(images, of);
  const patient = column((image) => image.patient);
  return {
    patient,
    patients,
    cluster: hospitals === 0 ? patient : column(({ place }) => place % hospitals),
    clusters: hospitals === 0 ? patients : hospitals,
    ap: Uint8Array.from(images, ({ ap }) => ap),
    labels: positives.map((_, finding) => Uint8Array.from(images, ({ labels }) => labels[finding] as number)),
  };
}

function clustersWith({ cluster, clusters, ap }: Films, label: Uint8Array, view: number, value: number) {
  const flags = new Uint8Array(clusters);
  label.forEach((one, i) => {
    if (one === value && ap[i] === view) flags[cluster[i] as number] = 1;
  });
  return flags;
}

/** Shares of the noise's variance: what both models have, what the seeds of a model have, what each seed has. */
const COMMON = 0.6;
const OF_MODEL = 0.25;
const OF_SEED = 0.15;
/** Share of each that a patient has in both films. */
const OF_PATIENT = 0.8;
/** Standard deviations of the signal between hospitals, in a view and in a model's view. */
const HOSPITAL_VIEW = 0.35;
const HOSPITAL_MODEL = 0.25;

type Normal = () => number;

/** The four AUROCs (AP and PA of each model) of a finding, with the seeds of each. */
function termsOf(population: FewPatients, films: Films, finding: number, normal: Normal) {
  const { ap, cluster, clusters } = films;
  const labels = films.labels[finding] as Uint8Array;
  const common = noise(films, COMMON, normal);
  const jitter = seedJitter(population);
  const perHospital = (sd: number) =>
    Float64Array.from({ length: clusters }, () => (population.hospitals > 0 ? sd * normal() : 0));
  const ofView = [perHospital(HOSPITAL_VIEW), perHospital(HOSPITAL_VIEW)];
  return [0, 1].flatMap((model) => {
    const own = noise(films, OF_MODEL, normal);
    const ofModel = [perHospital(HOSPITAL_MODEL), perHospital(HOSPITAL_MODEL)];
    const seeds = Array.from({ length: population.seeds }, () => {
      const last = noise(films, OF_SEED, normal);
      const signals = [0, 1].map(
        (view) => signalOf(population, model, view) + (jitter[1 - view] as number) * normal(),
      );
      return Float64Array.from(labels, (label, i) => {
        const view = ap[i] as number;
        const g = cluster[i] as number;
        const sd = label === 1 ? (population.spread[1 - view] as number) : 1;
        const shift = (ofView[view]?.[g] as number) + (ofModel[view]?.[g] as number);
        const score =
          label * ((signals[view] as number) + shift) +
          sd * ((common[i] as number) + (own[i] as number) + (last[i] as number));
        return population.ties ? Math.round(20 * expit(score)) / 20 : score;
      });
    });
    return [1, 0].map((view) => ({
      cell: 2 * model + (1 - view),
      term: {
        weight: 1,
        seeds: seeds.map((scores) => cellOf(films, labels, scores, view)),
        rarer: smallest([1, 0].map((value) => patientsWith(films, labels, view, value))),
      } satisfies AurocTerm,
    }));
  });
}

function noise({ patient, patients }: Films, variance: number, normal: Normal): Float64Array {
  const ofPatient = Float64Array.from(
    { length: patients },
    () => Math.sqrt(variance * OF_PATIENT) * normal(),
  );
  const rest = Math.sqrt(variance * (1 - OF_PATIENT));
  return Float64Array.from(patient, (g) => (ofPatient[g] as number) + rest * normal());
}

function patientsWith({ patient, ap }: Films, labels: Uint8Array, view: number, value: number): number {
  return new Set(patient.filter((_, i) => labels[i] === value && ap[i] === view)).size;
}

function cellOf(
  { cluster, clusters, ap }: Films,
  labels: Uint8Array,
  scores: Float64Array,
  view: number,
): Estimate {
  const code = labels.map((label, i) => (ap[i] === view ? label : 2));
  const values = new Float64Array(scores.length);
  const placed = place(rank(scores), code, null, values);
  if (placed === null) throw new Error('a simulated cell of one class');
  const inCell = Array.from(code.keys()).filter((i) => code[i] !== 2);
  const influence = Float64Array.from(
    inCell,
    (i) => ((values[i] as number) - placed.auroc) / (code[i] === 1 ? placed.positives : placed.negatives),
  );
  return clusterEstimate(
    placed.auroc,
    influence,
    inCell.map((i) => cluster[i] as number),
    clusters,
  );
}

/** Variance of the signal around its mean, between seeds and hospitals. */
function signalVariance(population: FewPatients, view: number): number {
  const hospitals = population.hospitals > 0 ? HOSPITAL_VIEW ** 2 + HOSPITAL_MODEL ** 2 : 0;
  return hospitals + (seedJitter(population)[1 - view] as number) ** 2;
}

function signalOf(population: FewPatients, model: number, view: number): number {
  const sd = population.spread[1 - view] as number;
  return (
    quantile(population.aurocs[model] as number) * Math.sqrt(sd * sd + 1 + signalVariance(population, view))
  );
}

/**
 * Standard deviation of the signal between seeds, [AP, PA], that gives an AUROC `seedVariance` times the variance that
 * the rarer class gives it: V10 of positives with spread s has variance near (dA/dsignal)^2 s^2 there.
 */
function seedJitter({ seedVariance, spread, positives, positivesPA }: FewPatients): [number, number] {
  const jitter = (sd: number, count: number) => Math.sqrt((seedVariance * sd * sd) / count);
  return [jitter(spread[0], smallest(positives)), jitter(spread[1], positivesPA)];
}

/** True AUROC of AP and PA of the first model, then of the second. */
function cellTruths(population: FewPatients): number[] {
  return [0, 1].flatMap((model) =>
    [1, 0].map((view) => {
      const auroc = population.aurocs[model] as number;
      if (!population.ties) return auroc;
      const sd = Math.hypot(
        population.spread[1 - view] as number,
        Math.sqrt(signalVariance(population, view)),
      );
      return roundedAuroc(signalOf(population, model, view), sd);
    }),
  );
}

/** AUROC of two normal distributions, one `signal` above the other, whose probabilities are rounded to 1/20. */
function roundedAuroc(signal: number, sd: number): number {
  let [sum, below1, below0] = [0, 0, 0];
  for (let bin = 0; bin <= 20; bin++) {
    const end = (bin + 0.5) / 20;
    const logit = Math.log(end / (1 - end));
    const [to1, to0] = bin === 20 ? [1, 1] : [cdf((logit - signal) / sd), cdf(logit)];
    sum += (to1 - below1) * (below0 + (to0 - below0) / 2);
    [below1, below0] = [to1, to0];
  }
  return sum;
}

function cdf(x: number): number {
  const tail = twoSidedP(x) / 2;
  return x > 0 ? 1 - tail : tail;
}

function quantile(p: number): number {
  let [low, high] = [-10, 10];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (cdf(middle) < p) low = middle;
    else high = middle;
  }
  return low;
}
