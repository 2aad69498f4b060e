import { NEGATIVE, OUT, POSITIVE } from '@viewgap/stats';
import type { CellView } from '../study/label-counts.ts';
import type { Dataset } from '../study/study.ts';
import type { Threshold } from './threshold.ts';

/** Images that are called positive, and those that are not, of one label. */
export interface Called {
  readonly yes: number;
  readonly no: number;
}

/** What a threshold does in one view, or in both together. */
export interface ViewCalls {
  readonly positives: Called;
  readonly negatives: Called;
}

/** Of one view, by label and call. */
type Totals = readonly [negatives: [no: number, yes: number], positives: [no: number, yes: number]];

/** Numbers of images per cluster, of one view, label and call. */
type Counts = readonly [no: Int32Array, yes: Int32Array];

const VIEWS = ['PA', 'AP'] as const;

function viewsOf(view: CellView): readonly ('AP' | 'PA')[] {
  return view === 'all' ? VIEWS : [view];
}

/**
 * What one threshold does to the images of one finding, per cluster. Where the images themselves chose it, `drift` is
 * how the threshold moves with each cluster, over the density of the choosing images there.
 */
export class Calls {
  readonly #counts: Readonly<Record<'AP' | 'PA', Readonly<Record<0 | 1, Counts>>>>;
  readonly #totals: Readonly<Record<'AP' | 'PA', Totals>>;
  readonly #around: Readonly<Record<'AP' | 'PA', [negatives: number, positives: number]>>;
  readonly #drift: Float64Array | null;

  constructor(
    { patient, patients, ap }: Pick<Dataset, 'patient' | 'patients' | 'ap'>,
    code: Uint8Array,
    scores: Float64Array,
    readonly threshold: Threshold,
  ) {
    const counts = (): Counts => [new Int32Array(patients), new Int32Array(patients)];
    this.#counts = { AP: [counts(), counts()], PA: [counts(), counts()] };
    const totals = (): Totals => [
      [0, 0],
      [0, 0],
    ];
    this.#totals = { AP: totals(), PA: totals() };
    this.#around = { AP: [0, 0], PA: [0, 0] };
    const [low, high] = threshold.around ?? [Number.NaN, Number.NaN];
    for (let i = 0; i < code.length; i++) {
      const label = code[i] as number;
      if (label === OUT) continue;
      const view = VIEWS[ap[i] as 0 | 1];
      const [score, g] = [scores[i] as number, patient[i] as number];
      const call = score >= threshold.score ? 1 : 0;
      const own = this.#counts[view][label as 0 | 1][call];
      own[g] = (own[g] as number) + 1;
      this.#totals[view][label as 0 | 1][call]++;
      if (score >= low && score <= high) this.#around[view][label as 0 | 1]++;
    }
    this.#drift = threshold.around === null ? null : this.#driftOf(threshold.view ?? 'all');
  }

  get clusters(): number {
    return this.#counts.AP[NEGATIVE][0].length;
  }

  of(view: CellView): ViewCalls {
    const views = viewsOf(view);
    const total = (label: 0 | 1): Called => {
      const [no, yes] = ([0, 1] as const).map((call) =>
        views.reduce((sum, one) => sum + this.#totals[one][label][call], 0),
      ) as [number, number];
      return { yes, no };
    };
    return { positives: total(POSITIVE), negatives: total(NEGATIVE) };
  }

  /** Images of a cluster in a view with a label that are called positive (1), or not (0). */
  at(view: CellView, label: 0 | 1, call: 0 | 1): (cluster: number) => number {
    const [first, second] = this.#each(view, label, call);
    return second === undefined
      ? (g) => (first as Int32Array)[g] as number
      : (g) => ((first as Int32Array)[g] as number) + (second[g] as number);
  }

  /**
   * How the threshold moves with each cluster: (q - share below it) of a choosing cluster, to be divided by the density
   * of the choosing images at the threshold. null where it was chosen elsewhere.
   */
  get drift(): Float64Array | null {
    return this.#drift;
  }

  /** Density of a view's images of a label at the threshold over that of the images that chose it. */
  densityRatio(view: CellView, label: 0 | 1): number {
    const share = (of: CellView, own: 0 | 1) => {
      const { positives, negatives } = this.of(of);
      const { yes, no } = own === POSITIVE ? positives : negatives;
      const images = yes + no;
      return images === 0 ? 0 : viewsOf(of).reduce((sum, one) => sum + this.#around[one][own], 0) / images;
    };
    return share(view, label) / share(this.threshold.view ?? 'all', NEGATIVE);
  }

  #each(view: CellView, label: 0 | 1, call: 0 | 1): readonly Int32Array[] {
    return viewsOf(view).map((one) => this.#counts[one][label][call]);
  }

  #driftOf(view: CellView): Float64Array {
    const { yes, no } = this.of(view).negatives;
    const [below, above] = [this.at(view, NEGATIVE, 0), this.at(view, NEGATIVE, 1)];
    const specificity = no / (yes + no);
    return Float64Array.from({ length: this.clusters }, (_, g) => {
      return (specificity * (below(g) + above(g)) - below(g)) / (yes + no);
    });
  }
}
