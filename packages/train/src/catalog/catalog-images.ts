import type { Finding, Label, Split, View } from '@viewgap/contracts';
import type { TextColumn } from './columns.ts';
import type { Images, LabelledImage } from './image.ts';

/** Columns of few different texts: each is a number in its list. */
export const CODED = ['source', 'view', 'split', 'sex', 'shard'] as const;
export type Coded = (typeof CODED)[number];

/** Columns of numbers, as SQL makes them. */
export type NumberColumn = `${Coded}_code` | 'age' | 'row';

/** Where an age is not known. */
export const NO_AGE = -1;

/**
 * The labels of some findings of an image as one number: a digit of base 3 each, 0 not known, 1 absent, 2 present, the
 * first lowest.
 */
export const LABEL_DIGITS = 3;
/** Findings whose labels one int32 holds. */
export const LABELS_PER_NUMBER = 19;

export interface ImageColumns {
  /** of the study, in the order of the labels */
  readonly findings: readonly Finding[];
  /** LABELS_PER_NUMBER findings each */
  readonly labels: readonly Int32Array[];
  readonly imageIds: TextColumn;
  readonly patientIds: TextColumn;
  /** the texts that a code stands for */
  readonly texts: Readonly<Record<Coded, readonly (string | null)[]>>;
  readonly numbers: Readonly<Record<NumberColumn, Int32Array>>;
}

/** Millions of images in columns: some 48 bytes an image besides its ids. */
export class CatalogImages implements Images {
  readonly length: number;
  /** of the study, in the order of the labels */
  readonly findings: readonly Finding[];
  readonly #columns: ImageColumns;

  constructor(columns: ImageColumns) {
    this.length = columns.imageIds.count;
    this.findings = columns.findings;
    this.#columns = columns;
  }

  at(index: number): LabelledImage | undefined {
    if (!(index >= 0 && index < this.length)) return undefined;
    const { imageIds, patientIds, numbers } = this.#columns;
    const age = numbers.age[index] as number;
    return {
      source: this.#text('source', index) as string,
      imageId: imageIds.at(index),
      patientId: patientIds.at(index),
      view: this.#text('view', index) as View,
      split: this.#text('split', index) as Split,
      ageYears: age === NO_AGE ? null : age,
      sex: this.#text('sex', index),
      labels: this.findings.map((_, f) => this.#label(index, f)),
      shard: this.#text('shard', index) as string,
      row: numbers.row[index] as number,
    };
  }

  *[Symbol.iterator](): Generator<LabelledImage> {
    for (let i = 0; i < this.length; i++) yield this.at(i) as LabelledImage;
  }

  #label(index: number, finding: number): Label {
    const code = this.#columns.labels[Math.floor(finding / LABELS_PER_NUMBER)]?.[index] as number;
    const digit = Math.floor(code / LABEL_DIGITS ** (finding % LABELS_PER_NUMBER)) % LABEL_DIGITS;
    return digit === 0 ? null : ((digit - 1) as Label);
  }

  #text(name: Coded, index: number): string | null {
    const { texts, numbers } = this.#columns;
    return texts[name][numbers[`${name}_code`][index] as number] as string | null;
  }
}
