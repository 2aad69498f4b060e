import { FINDINGS, type Label, type Split, type View } from '@viewgap/contracts';
import type { TextColumn } from './columns.ts';
import type { Images, LabelledImage } from './image.ts';

/** Columns of few different texts: each is a number in its list. */
export const CODED = ['source', 'view', 'split', 'sex', 'shard'] as const;
export type Coded = (typeof CODED)[number];

/** Columns of numbers, as SQL makes them. */
export type NumberColumn = `${Coded}_code` | 'age' | 'row' | 'labels';

/** Where an age is not known. */
export const NO_AGE = -1;

/** The labels of an image as one number: a digit of base 3 each, 0 not known, 1 absent, 2 present, the first lowest. */
export const LABEL_DIGITS = 3;
const LABELS: readonly (readonly Label[])[] = Array.from(
  { length: LABEL_DIGITS ** FINDINGS.length },
  (_, code) =>
    FINDINGS.map((_, f) => {
      const digit = Math.floor(code / LABEL_DIGITS ** f) % LABEL_DIGITS;
      return digit === 0 ? null : ((digit - 1) as Label);
    }),
);

export interface ImageColumns {
  readonly imageIds: TextColumn;
  readonly patientIds: TextColumn;
  /** the texts that a code stands for */
  readonly texts: Readonly<Record<Coded, readonly (string | null)[]>>;
  readonly numbers: Readonly<Record<NumberColumn, Int32Array>>;
}

/** Millions of images in columns: 48 bytes an image besides its ids. */
export class CatalogImages implements Images {
  readonly length: number;
  readonly #columns: ImageColumns;

  constructor(columns: ImageColumns) {
    this.length = columns.imageIds.count;
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
      labels: LABELS[numbers.labels[index] as number] as readonly Label[],
      shard: this.#text('shard', index) as string,
      row: numbers.row[index] as number,
    };
  }

  *[Symbol.iterator](): Generator<LabelledImage> {
    for (let i = 0; i < this.length; i++) yield this.at(i) as LabelledImage;
  }

  #text(name: Coded, index: number): string | null {
    const { texts, numbers } = this.#columns;
    return texts[name][numbers[`${name}_code`][index] as number] as string | null;
  }
}
