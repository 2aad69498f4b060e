import {
  averagePrecision,
  combine,
  type Estimate,
  NEGATIVE,
  OUT,
  type Placed,
  POSITIVE,
  place,
  rankingOf,
  type Term,
} from '@viewgap/stats';
import {
  type AurocView,
  type CellView,
  countLabels,
  inView,
  type LabelCounts,
} from '../study/label-counts.ts';
import { inNote } from '../study/note-name.ts';
import { type Dataset, UNKNOWN, type Unit } from '../study/study.ts';

/** A number made from cells, with all that a reader must know about it. */
export interface Contrast {
  /** null where it cannot be estimated, and then `missing` says why */
  readonly estimate: Estimate | null;
  readonly missing: string | null;
  /** the cells that it is made from, each once */
  readonly cells: readonly LabelCounts[];
  /** the AUROCs that it is a combination of, by the cell's key; none of what is no combination of AUROCs */
  readonly terms: ReadonlyMap<string, CellTerm>;
  /** what it is a mean of, where that is not plain from its name */
  readonly remarks: readonly string[];
}

/** The AUROC of one trained model in one view for one finding, with its weight in a contrast. */
export interface CellTerm {
  readonly model: string;
  readonly seed: number;
  readonly counts: LabelCounts;
  readonly estimate: Estimate;
  readonly weight: number;
}

/**
 * Every AUROC of one data set, and the linear combinations of them that the tables need, all over the same
 * patients, so that every covariance (views, models, findings, seeds) is kept.
 */
export class Contrasts {
  readonly #cells = new Map<string, Contrast>();
  readonly #counts = new Map<string, LabelCounts>();

  /** @param imageWeights weights of the images, for every AUROC; null: 1 each */
  constructor(
    readonly dataset: Dataset,
    readonly findings: readonly string[],
    readonly imageWeights: Float64Array | null = null,
  ) {}

  /** Seeds of a model in this data set, ascending; none where the model is absent. */
  seeds(model: string): number[] {
    return this.dataset.units.filter((unit) => unit.model === model).map(({ seed }) => seed);
  }

  /**
   * Seeds that a model's level is the mean over: those that all models here have, so that levels and changes are over
   * the same seeds; where there is none, the model's own.
   */
  levelSeeds(model: string): number[] {
    const own = this.seeds(model);
    const models = [...new Set(this.dataset.units.map((unit) => unit.model))];
    const shared = own.filter((seed) => models.every((other) => this.unit(other, seed) !== undefined));
    return shared.length > 0 ? shared : own;
  }

  unit(model: string, seed: number): Unit | undefined {
    return this.dataset.units.find((unit) => unit.model === model && unit.seed === seed);
  }

  labels(finding: string): Int8Array {
    return this.dataset.labels[this.findings.indexOf(finding)] as Int8Array;
  }

  scores(model: string, seed: number, finding: string): Float64Array | null {
    return this.unit(model, seed)?.scores[this.findings.indexOf(finding)] ?? null;
  }

  counts(finding: string, view: CellView): LabelCounts {
    const key = JSON.stringify([finding, view]);
    const counts = this.#counts.get(key) ?? countLabels(this.dataset, this.labels(finding), finding, view);
    this.#counts.set(key, counts);
    return counts;
  }

  /** AUROC of one view, or the mean of AP's and PA's with equal weights; the mean over the seeds given. */
  auroc(model: string, seeds: readonly number[], finding: string, view: AurocView): Contrast {
    if (view === 'mean') {
      return average((['AP', 'PA'] as const).map((each) => this.auroc(model, seeds, finding, each)));
    }
    if (seeds.length === 0) return missing(`no scores of ${inNote(model)} in this data set`);
    return average(seeds.map((seed) => this.#cell(model, seed, finding, view)));
  }

  /** AUROC(AP) - AUROC(PA), the mean over the seeds given. */
  gap(model: string, seeds: readonly number[], finding: string): Contrast {
    return difference(this.auroc(model, seeds, finding, 'AP'), this.auroc(model, seeds, finding, 'PA'));
  }

  /** Average precision of one view, the mean over the seeds given; null where there is no positive. */
  averagePrecision(model: string, seeds: readonly number[], finding: string, view: CellView): number | null {
    const code = this.code(finding, view);
    const values = seeds.map((seed) => {
      const scores = this.scores(model, seed, finding);
      return scores === null ? null : averagePrecision(rankingOf(scores), code);
    });
    if (values.length === 0 || values.includes(null)) return null;
    return values.reduce((sum: number, value) => sum + (value as number), 0) / values.length;
  }

  /** Macro mean over the findings for which the contrast can be estimated, with a remark that lists them. */
  mean(of: (finding: string) => Contrast): Contrast {
    const each = this.findings.map((finding) => ({ finding, contrast: of(finding) }));
    const present = each.filter(({ contrast }) => contrast.estimate !== null);
    if (present.length === 0) return missing('no finding can be estimated');
    const whole = average(present.map(({ contrast }) => contrast));
    if (present.length === each.length) return whole;
    const names = (rows: typeof each) => rows.map(({ finding }) => inNote(finding)).join(', ');
    const absent = each.filter(({ contrast }) => contrast.estimate === null);
    const remark = `mean of ${names(present)} (${names(absent)} cannot be estimated)`;
    return { ...whole, remarks: [remark, ...whole.remarks] };
  }

  /** A contrast of each finding, and last their mean. */
  withMean(of: (finding: string) => Contrast): Contrast[] {
    const each = new Map(this.findings.map((finding) => [finding, of(finding)]));
    return [...each.values(), this.mean((finding) => each.get(finding) as Contrast)];
  }

  #cell(model: string, seed: number, finding: string, view: CellView): Contrast {
    const key = cellKey(model, seed, finding, view);
    const cell = this.#cells.get(key) ?? this.#estimate(model, seed, finding, view);
    this.#cells.set(key, cell);
    return cell;
  }

  #estimate(model: string, seed: number, finding: string, view: CellView): Contrast {
    const scores = this.scores(model, seed, finding);
    const name = inNote(finding);
    if (scores === null) return missing(`no scores of ${inNote(model)} seed ${seed} for ${name}`);
    const counts = this.counts(finding, view);
    const where = view === 'all' ? 'in AP and PA' : `in ${view}`;
    if (counts.n === 0) return missing(`no known label of ${name} ${where}`);
    if (counts.positives === 0) return missing(`one class only: no image with ${name} ${where}`);
    if (counts.positives === counts.n) return missing(`one class only: no image without ${name} ${where}`);
    // A class of one patient has no spread to estimate an error from; without it the interval would be a fiction.
    if (counts.positivePatients === 1) return missing(`one patient only with ${name} ${where}`);
    if (counts.negativePatients === 1) return missing(`one patient only without ${name} ${where}`);
    const code = this.code(finding, view);
    const values = new Float64Array(code.length);
    const placed = place(rankingOf(scores), code, this.imageWeights, values);
    if (placed === null) throw new Error('two classes were counted, one was found');
    const estimate = clusteredPlacements(this.dataset, code, placed, values, this.imageWeights);
    const terms = new Map([
      [cellKey(model, seed, finding, view), { model, seed, counts, estimate, weight: 1 }],
    ]);
    return { estimate, missing: null, cells: [counts], terms, remarks: [] };
  }

  /** What each image is in a cell: POSITIVE, NEGATIVE or OUT. */
  code(finding: string, view: CellView): Uint8Array {
    const { ap } = this.dataset;
    const labels = this.labels(finding);
    const code = new Uint8Array(labels.length);
    for (let i = 0; i < code.length; i++) {
      const label = labels[i] as number;
      code[i] = label === UNKNOWN || !inView(ap[i] as number, view) ? OUT : label;
    }
    return code;
  }
}

/** An AUROC with its influence per patient, from the placement values of its images. */
export function clusteredPlacements(
  { patient, patients }: Dataset,
  code: Uint8Array,
  { auroc, positives, negatives }: Placed,
  values: Float64Array,
  weights: Float64Array | null,
): Estimate {
  const influence = new Float64Array(patients);
  const members = new Uint8Array(patients);
  const size = [0, 0];
  size[NEGATIVE] = negatives;
  size[POSITIVE] = positives;
  for (let i = 0; i < code.length; i++) {
    const c = code[i] as number;
    if (c === OUT) continue;
    const g = patient[i] as number;
    const weight = weights === null ? 1 : (weights[i] as number);
    influence[g] =
      (influence[g] as number) + (weight * ((values[i] as number) - auroc)) / (size[c] as number);
    members[g] = 1;
  }
  return { value: auroc, influence, members };
}

export function missing(why: string): Contrast {
  return { estimate: null, missing: why, cells: [], terms: new Map(), remarks: [] };
}

/** Name of the AUROC of one trained model in one view, for one finding. */
export function cellKey(model: string, seed: number, finding: string, view: CellView): string {
  return JSON.stringify([model, seed, finding, view]);
}

/** What cellKey was made from. */
export function cellOfKey(key: string): [model: string, seed: number, finding: string, view: CellView] {
  return JSON.parse(key);
}

/** `a - b`; missing where either is. */
export function difference(a: Contrast, b: Contrast): Contrast {
  return linear([a, b], [1, -1]);
}

/** The mean of contrasts; missing where one is. */
export function average(contrasts: readonly Contrast[]): Contrast {
  const weight = 1 / contrasts.length;
  return contrasts.length === 1
    ? (contrasts[0] as Contrast)
    : linear(
        contrasts,
        contrasts.map(() => weight),
      );
}

/** The linear combination of contrasts; missing where one is. */
export function linear(contrasts: readonly Contrast[], weights: readonly number[]): Contrast {
  const reasons = contrasts.flatMap((contrast) => contrast.missing ?? []);
  if (reasons.length > 0) return missing([...new Set(reasons)].join('; '));
  const terms = contrasts.map((contrast, i): Term => {
    return { weight: weights[i] as number, estimate: contrast.estimate as Estimate };
  });
  return {
    estimate: combine(terms as [Term, ...Term[]]),
    missing: null,
    cells: [...new Set(contrasts.flatMap(({ cells }) => cells))],
    terms: addTerms(contrasts, weights),
    remarks: [...new Set(contrasts.flatMap(({ remarks }) => remarks))],
  };
}

/**
 * The linear combination of contrasts of other AUROCs of the same clusters, such as those of strata or sites: it is none of
 * this data set's AUROCs. @param contrasts all estimated
 */
export function overClusters(contrasts: readonly Contrast[], weights: readonly number[]): Contrast {
  const terms = contrasts.map(({ estimate }, i): Term => {
    return { weight: weights[i] as number, estimate: estimate as Estimate };
  });
  return {
    estimate: combine(terms as [Term, ...Term[]]),
    missing: null,
    cells: contrasts.flatMap(({ cells }) => cells),
    terms: new Map(),
    remarks: [],
  };
}

function addTerms(contrasts: readonly Contrast[], weights: readonly number[]): Map<string, CellTerm> {
  const sums = new Map<string, CellTerm>();
  contrasts.forEach((contrast, i) => {
    for (const [key, term] of contrast.terms) {
      const weight = (sums.get(key)?.weight ?? 0) + term.weight * (weights[i] as number);
      sums.set(key, { ...term, weight });
    }
  });
  return sums;
}
