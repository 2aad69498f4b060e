import { isFrontal, nearestName, SPLITS, UserError, VIEWS } from '@viewgap/contracts';
import { Growing, Interner } from './growing.ts';
import { Issues } from './issues.ts';

/** One row of a predictions table as it was read, before any check. */
export interface PredictionRow {
  readonly dataset: string | null;
  readonly image_id: string | null;
  readonly patient_id: string | null;
  readonly view: string | null;
  readonly model: string | null;
  /** NaN: not a whole number */
  readonly seed: number;
  readonly finding: string | null;
  /** null: not known; NaN: not a number */
  readonly label: number | null;
  readonly score: number | null;
  readonly split: string | null;
}

/** A row whose names and score are there. */
type SoundRow = PredictionRow & {
  readonly [K in 'dataset' | 'image_id' | 'model' | 'finding']: string;
} & { readonly score: number };

/** An image of the table: what must be the same in all its rows. */
export interface PredictionImage {
  readonly dataset: string;
  readonly image_id: string;
  readonly patient_id: string | null;
  readonly view: string;
  readonly split: string | null;
}

export interface ModelSeed {
  readonly model: string;
  readonly seed: number;
}

/** Label of an image for a finding where it is not known. */
export const UNKNOWN = -1;

/**
 * The predictions as columns of numbers: every text is interned once. Only rows that enter statistics are kept
 * (used split, AP or PA); the images of the others are kept, to be counted.
 */
export class PredictionRows {
  readonly images: PredictionImage[] = [];
  readonly units: ModelSeed[] = [];
  readonly findings = new Interner();
  readonly image = new Growing((n) => new Int32Array(n));
  readonly unit = new Growing((n) => new Int32Array(n));
  readonly finding = new Growing((n) => new Int32Array(n));
  readonly label = new Growing((n) => new Int8Array(n));
  readonly score = new Growing((n) => new Float64Array(n));
  readonly #row = new Growing((n) => new Int32Array(n));
  readonly #files: { readonly name: string; readonly start: number }[] = [];
  readonly #imageCodes = new Map<string, Map<string, number>>();
  readonly #unitCodes = new Map<string, Map<number, number>>();
  #rowsOfFile = 0;
  #rows = 0;

  readonly #noName = new Issues(
    'rows without a dataset, image_id, model or finding',
    'every row needs all four',
  );
  readonly #badSeed = new Issues('seeds that are not whole numbers', 'write 0, 1, 2, …');
  readonly #badScore = new Issues(
    'scores that are missing, NaN or infinite',
    'every row needs a finite score: leave out the rows of images that were not scored',
  );
  readonly #badLabel = new Issues(
    'labels that are not 0, 1 or empty',
    'write 1 for present, 0 for absent, nothing for not known',
  );
  readonly #badSplit = new Issues('unknown splits', `known: ${SPLITS.join(', ')}, or nothing`);
  readonly #badView = new Issues('unknown views', `known: ${VIEWS.join(', ')}, or nothing`);
  readonly #differs = new Issues(
    'rows of one image that disagree about its patient, view or split',
    'give all rows of an image the same patient_id, view and split',
  );

  /** Rows seen, kept or not. */
  get rows(): number {
    return this.#rows;
  }

  /** Rows that follow are of this file; their numbers start again at 1. */
  startFile(name: string): void {
    this.#files.push({ name, start: this.image.length });
    this.#rowsOfFile = 0;
  }

  add(row: PredictionRow): void {
    this.#rows++;
    this.#rowsOfFile++;
    const fault = this.#faultOf(row);
    if (fault !== null) {
      fault.add(() => this.#here());
      return;
    }
    const { dataset, image_id, model, seed, finding, label, score } = row as SoundRow;
    const code = this.#imageCode(dataset, image_id, row);
    const image = this.images[code] as PredictionImage;
    if (!isUsedSplit(image.split) || !isFrontal(image.view)) return;
    this.image.push(code);
    this.unit.push(this.#unitCode(model, seed));
    this.finding.push(this.findings.code(finding));
    this.label.push(label ?? UNKNOWN);
    this.score.push(score);
    this.#row.push(this.#rowsOfFile);
  }

  #faultOf({ dataset, image_id, model, seed, finding, label, score }: PredictionRow): Issues | null {
    if (dataset === null || image_id === null || model === null || finding === null) return this.#noName;
    if (!Number.isInteger(seed)) return this.#badSeed;
    if (score === null || !Number.isFinite(score)) return this.#badScore;
    if (label !== null && label !== 0 && label !== 1) return this.#badLabel;
    return null;
  }

  /** @throws UserError naming the first faulty rows and how many there are, or that no row can be used */
  check(): void {
    for (const issues of [
      this.#noName,
      this.#badSeed,
      this.#badScore,
      this.#badLabel,
      this.#badSplit,
      this.#badView,
      this.#differs,
    ]) {
      issues.throwIfAny();
    }
    if (this.#rows > 0 && this.image.length === 0) {
      throw new UserError(
        'no row enters the statistics',
        `${this.#rows} rows`,
        'give AP or PA images of the split test or external, or without a split',
      );
    }
  }

  /** Where a kept row stands in its file: `row 17 of scores.csv`, counted from 1 below the header. */
  place(kept: number): string {
    const file = this.#files.findLast(({ start }) => start <= kept);
    return `row ${this.#row.at(kept)} of ${file?.name}`;
  }

  #here(): string {
    return `row ${this.#rowsOfFile} of ${this.#files.at(-1)?.name}`;
  }

  #imageCode(dataset: string, id: string, row: PredictionRow): number {
    let codes = this.#imageCodes.get(dataset);
    if (codes === undefined) {
      codes = new Map();
      this.#imageCodes.set(dataset, codes);
    }
    const view = row.view ?? 'unknown';
    const code = codes.get(id);
    if (code === undefined) {
      if (!isKnownSplit(row.split)) {
        const split = row.split as string;
        this.#badSplit.add(() => `${split} in ${this.#here()}, ${nearestName(split, SPLITS)}`);
      }
      if (!(VIEWS as readonly string[]).includes(view)) {
        this.#badView.add(() => `${view} in ${this.#here()}, ${nearestName(view, VIEWS)}`);
      }
      const image = { dataset, image_id: id, patient_id: row.patient_id, view, split: row.split };
      codes.set(id, this.images.length);
      return this.images.push(image) - 1;
    }
    const image = this.images[code] as PredictionImage;
    if (image.patient_id !== row.patient_id || image.view !== view || image.split !== row.split) {
      this.#differs.add(() => this.#here());
    }
    return code;
  }

  #unitCode(model: string, seed: number): number {
    let codes = this.#unitCodes.get(model);
    if (codes === undefined) {
      codes = new Map();
      this.#unitCodes.set(model, codes);
    }
    let code = codes.get(seed);
    if (code === undefined) {
      code = this.units.push({ model, seed }) - 1;
      codes.set(seed, code);
    }
    return code;
  }
}

/** Statistics are of images that no training, choice of epoch or threshold has seen; no split given means so. */
export function isUsedSplit(split: string | null): boolean {
  return split === null || split === 'test' || split === 'external';
}

function isKnownSplit(split: string | null): boolean {
  return split === null || (SPLITS as readonly string[]).includes(split);
}
