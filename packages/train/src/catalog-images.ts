import {
  type CatalogImage,
  FINDINGS,
  type Label,
  labelColumn,
  type Split,
  type View,
} from '@viewgap/contracts';
import type { Images, LabelledImage } from './labelled-image.ts';
import { CodedColumn, TextColumn } from './text-column.ts';

type Values = Pick<
  CatalogImage,
  'source' | 'image_id' | 'patient_id' | 'view' | 'split' | 'age_years' | 'sex' | 'shard' | 'row'
> &
  Readonly<Record<`label_${string}`, Label>>;

export type ImageColumn = keyof Values;

/** Some rows, column by column. */
export type ImageRows = { readonly [Name in ImageColumn]: readonly Values[Name][] };

const NOT_KNOWN = -1;

/** The columns of few different texts. */
const CODED = ['source', 'view', 'split', 'sex', 'shard'] as const;
type Coded = (typeof CODED)[number];

/** Millions of images in columns: some 70 bytes an image beside its ids. */
export class CatalogImages implements Images {
  readonly length: number;
  readonly #ids: TextColumn;
  readonly #coded: Readonly<Record<Coded, CodedColumn>>;
  readonly #ages: Int16Array;
  readonly #rows: Uint32Array;
  readonly #labels: Int8Array;
  #filled = 0;

  /**
   * @param count of images
   * @param bytes of all ids of images and patients in UTF-8
   */
  constructor(count: number, bytes: number) {
    this.length = count;
    this.#ids = new TextColumn(2 * count, bytes);
    const coded = () => new CodedColumn(count);
    this.#coded = { source: coded(), view: coded(), split: coded(), sex: coded(), shard: coded() };
    this.#ages = new Int16Array(count);
    this.#rows = new Uint32Array(count);
    this.#labels = new Int8Array(FINDINGS.length * count);
  }

  /** Adds the next images. */
  append(count: number, rows: ImageRows): void {
    for (const name of CODED) {
      for (const text of rows[name]) this.#coded[name].push(text);
    }
    for (let i = 0; i < count; i++, this.#filled++) {
      this.#ids.push(rows.image_id[i] as string);
      this.#ids.push(rows.patient_id[i] as string);
      this.#ages[this.#filled] = rows.age_years[i] ?? NOT_KNOWN;
      this.#rows[this.#filled] = rows.row[i] as number;
      FINDINGS.forEach((finding, f) => {
        this.#labels[this.#filled * FINDINGS.length + f] = rows[labelColumn(finding)]?.[i] ?? NOT_KNOWN;
      });
    }
  }

  at(index: number): LabelledImage | undefined {
    if (!(index >= 0 && index < this.length)) return undefined;
    const { source, view, split, sex, shard } = this.#coded;
    const age = this.#ages[index] as number;
    return {
      source: source.at(index) as string,
      imageId: this.#ids.at(2 * index),
      patientId: this.#ids.at(2 * index + 1),
      view: view.at(index) as View,
      split: split.at(index) as Split,
      ageYears: age === NOT_KNOWN ? null : age,
      sex: sex.at(index),
      labels: Array.from(FINDINGS, (_, f) => {
        const label = this.#labels[index * FINDINGS.length + f] as number;
        return label === NOT_KNOWN ? null : (label as Label);
      }),
      shard: shard.at(index) as string,
      row: this.#rows[index] as number,
    };
  }

  *[Symbol.iterator](): Generator<LabelledImage> {
    for (let i = 0; i < this.length; i++) yield this.at(i) as LabelledImage;
  }
}
