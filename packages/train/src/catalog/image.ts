import type { Label, Split, View } from '@viewgap/contracts';

/** An image as training and prediction see it. */
export interface LabelledImage {
  readonly source: string;
  readonly imageId: string;
  readonly patientId: string;
  readonly view: View;
  readonly split: Split;
  readonly ageYears: number | null;
  readonly sex: string | null;
  /** in the order of the catalog's findings */
  readonly labels: readonly Label[];
  readonly shard: string;
  readonly row: number;
}

/** Images by their index: an array, or the columns of a catalog, which make an image's object when it is asked for. */
export interface Images extends Iterable<LabelledImage> {
  readonly length: number;
  at(index: number): LabelledImage | undefined;
}
