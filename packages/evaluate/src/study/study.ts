/** The name of the macro mean over findings. */
export const MEAN = 'mean';

/** Text columns of an image that a table may have. */
export const IMAGE_TEXTS = [
  'source',
  'sex',
  'view_source',
  'view_conflict',
  'overlap',
  'support_devices',
] as const;
/** A text column of an image, and one that the user names: the first of evaluate.groups is `group_0`. */
export type ImageText = (typeof IMAGE_TEXTS)[number] | `group_${number}`;

/** Our name of the column of each group that the user names. */
export function groupColumns(groups: readonly string[]): ImageText[] {
  return groups.map((_, place) => `group_${place}` as const);
}

/** Label of an image for a finding where it is not known. */
export const UNKNOWN = -1;

/** A study's scores as columns of numbers: all that the statistics need, and nothing of a patient's name. */
export interface Study {
  /** by name; images that no training, choice of epoch or threshold has seen */
  readonly datasets: readonly Dataset[];
  /** images of the split `val`, of every data set that has some: thresholds and scalings come from these */
  readonly validation: readonly Dataset[];
  readonly models: readonly string[];
  readonly seeds: readonly number[];
  readonly findings: readonly string[];
  /** rows of the predictions table, and those of images that enter nothing */
  readonly rows: number;
  readonly rowsLeftOut: number;
}

/** The images of one data set, in the order of their ids, so that the order of the rows read changes no bit of a sum. */
export interface Dataset {
  readonly name: string;
  /** `test`, `external`, `val`, `unspecified`, several joined by +; `none` where no image is used */
  readonly split: string;
  /** number of images; arrays over images have this length */
  readonly images: number;
  /** number of clusters; an image without a patient id is a cluster of its own */
  readonly patients: number;
  /** number of each image's cluster */
  readonly patient: Int32Array;
  /** 1 AP, 0 PA */
  readonly ap: Uint8Array;
  /** images that have no patient id */
  readonly orphans: number;
  /** images by view that are in no view's statistics */
  readonly otherViews: Readonly<Record<string, number>>;
  /** images by split that are left out: seen in training, in the choice of epoch, or in that of a threshold */
  readonly otherSplits: Readonly<Record<string, number>>;
  /** years, NaN where not known; null where no file has ages */
  readonly age: Float64Array | null;
  /** width over height of the original, NaN where not known; null where no file has both */
  readonly aspect: Float64Array | null;
  /** what else the files say of each image */
  readonly texts: Readonly<Partial<Record<ImageText, Codes>>>;
  /** of each finding of the study: 1, 0 or UNKNOWN */
  readonly labels: readonly Int8Array[];
  /** every set of labels by name, `labels` among them; one where the files have one */
  readonly labelSets: readonly LabelSet[];
  /** models and seeds that score an image here, by model and seed */
  readonly units: readonly Unit[];
}

export interface LabelSet {
  readonly name: string;
  readonly labels: readonly Int8Array[];
}

/** Texts as numbers: `code[i]` indexes `names`, -1 where there is none. */
export interface Codes {
  readonly names: readonly string[];
  readonly code: Int32Array;
}

/** One trained model's scores: a column per finding of the study, null where it has none; NaN where not scored. */
export interface Unit {
  readonly model: string;
  readonly seed: number;
  readonly scores: readonly (Float64Array | null)[];
  /** the view probe's score of each image, NaN where it is missing; null where no file has the column */
  readonly viewProbe: Float64Array | null;
}

/** The same images with other labels: sensitivity tables and controls are made so. */
export function relabelled(dataset: Dataset, labels: readonly Int8Array[]): Dataset {
  return { ...dataset, labels };
}

/** The data set with the labels of all other images unknown, so that they enter no statistic. */
export function onlyWhere(dataset: Dataset, keep: (image: number) => boolean): Dataset {
  return relabelled(
    dataset,
    dataset.labels.map((column) => column.map((label, i) => (keep(i) ? label : UNKNOWN))),
  );
}
