import type { TableShape } from './arrow.ts';
import type { Column } from './column.ts';

const text = (name: string): Column => ({ name, type: 'text', nullable: false });
const optional = (name: string, type: Column['type'], unit?: string): Column => ({
  name,
  type,
  nullable: true,
  ...(unit === undefined ? {} : { unit }),
});
const int = (name: string, unit: string): Column => ({ name, type: 'int32', nullable: false, unit });

/** ingest: one row an image that is kept. `shard` and `row` say where its pixels are. */
export const RECORDS: TableShape = {
  name: 'records',
  version: 5,
  columns: [
    text('source'),
    text('image_id'),
    optional('patient_id', 'text', 'null: the source does not say whose film it is'),
    optional(
      'patient_form',
      'text',
      'the id without zeros in front, decimals and blanks, where it has some: 15 for 0015 or 15.0',
    ),
    optional('study_id', 'text'),
    text('view'),
    text('view_source'),
    { name: 'view_conflict', type: 'bool', nullable: false },
    optional('supine', 'bool', 'true: taken lying, false: upright'),
    optional('age_years', 'int32', 'years, 90 = 90 or more'),
    optional('sex', 'text', 'F | M'),
    optional('support_devices', 'bool'),
    int('width', 'pixels of the original'),
    int('height', 'pixels of the original'),
    optional(
      'depth',
      'int32',
      "bits of a raster file's values, which white stands for; null: fractions, values below 0, and DICOM",
    ),
    int('grey_range', '99th minus 1st percentile of the 8-bit greys: below 64 the film is of low contrast'),
    optional(
      'warnings',
      'text',
      'what a person should know of the image, with blanks between: no-end-marker, for-processing; other-patient, other-sex, other-age where header and row disagree',
    ),
    {
      ...text('labels'),
      unit: "JSON: what the source says, by its own names: present, absent, uncertain; others: 'absent' or 'blank'; or readers, each a list",
    },
    { ...text('label_set'), unit: 'how the labels were made: report, physician, network, readers, expert' },
    optional(
      'overlays',
      'text',
      'JSON: what overlays say in its place, the last one last: name, present, absent',
    ),
    optional('no_finding', 'bool'),
    optional('official_split', 'text', "the source's own: train | val | test | train-val"),
    optional('same_as', 'text', 'name of the same film in NIH ChestX-ray14, by an id map'),
    { name: 'file_sha256', type: 'text', nullable: false, unit: 'SHA-256 of the original file' },
    {
      name: 'pixel_sha256',
      type: 'text',
      nullable: false,
      unit: 'SHA-256 of width, height and the 8-bit grey pixels',
    },
    optional(
      'phash',
      'text',
      'perceptual hash, 512 bits, hexadecimal: copies of a film differ in few of them',
    ),
    { name: 'shard', type: 'text', nullable: false, unit: 'SHA-256 of the shard, its name in the store' },
    int('row', 'row of the shard, from 0'),
  ],
};

/** ingest: one row a region that a reader outlined, where the source has such. */
export const REGIONS: TableShape = {
  name: 'regions',
  version: 1,
  columns: [
    text('source'),
    text('image_id'),
    { ...text('name'), unit: "the source's own name of the finding" },
    { ...text('polygon'), unit: 'JSON: corners [x, y] in pixels of the original' },
  ],
};

/** ingest and catalog: one row an input that is not kept. `reason` is a code of QUARANTINE_REASONS. */
export const QUARANTINE: TableShape = {
  name: 'quarantine',
  version: 1,
  columns: [text('source'), text('ref'), text('reason'), text('detail')],
};

/** A shard of the store: encoded images of one view. */
export const SHARD: TableShape = {
  name: 'shard',
  version: 1,
  columns: [
    text('image_id'),
    {
      name: 'image',
      type: 'bytes',
      nullable: false,
      unit: '8-bit grey, square: PNG, or its pixels row by row',
    },
  ],
};

/** predict: one row a (image, finding) score; the seam between training and statistics. */
export const PREDICTIONS: TableShape = {
  name: 'predictions',
  version: 2,
  columns: [
    text('dataset'),
    text('image_id'),
    optional('patient_id', 'text', 'the cluster; null = the image is its own'),
    text('view'),
    text('model'),
    { name: 'seed', type: 'int32', nullable: false },
    text('finding'),
    optional('label', 'int8', '1 present, 0 absent, null not known'),
    { name: 'score', type: 'float64', nullable: false, unit: 'logit' },
    optional('split', 'text', 'val | test | external'),
    optional('age_years', 'int32', 'years'),
    optional('sex', 'text', 'F | M'),
    optional('source', 'text'),
    optional('view_source', 'text', 'where the view is known from'),
    optional('view_conflict', 'bool', 'what the source says of the view contradicts itself'),
    optional('support_devices', 'bool'),
    optional('overlap', 'bool', 'the patient is of a training and of an external set'),
    optional('label_set', 'text', 'how the label was made'),
    optional('width', 'int32', 'pixels of the original'),
    optional('height', 'int32', 'pixels of the original'),
    optional(
      'view_probe_score',
      'float64',
      "logit of AP by a linear probe on the model's embedding; null: it was fitted on this image, or there is none",
    ),
  ],
};

/** predict, on request: one row an image, its embedding: the mean over positions of the encoder's last map. */
export function embeddingsTable(features: number): TableShape {
  return {
    name: 'embeddings',
    version: 1,
    columns: [
      text('dataset'),
      text('image_id'),
      optional('patient_id', 'text', 'the cluster; null = the image is its own'),
      text('view'),
      text('split'),
      { name: 'embedding', type: 'vector', nullable: false, length: features },
    ],
  };
}
