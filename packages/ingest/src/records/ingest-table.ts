import { join } from 'node:path';
import {
  fileEntry,
  type ManifestFile,
  QUARANTINE,
  RECORDS,
  REGIONS,
  type TableRow,
  type TableShape,
  writeRows,
} from '@viewgap/artifacts';
import { type Warning, warningText } from '../dicom/warning.ts';
import type { Listing } from '../files/listing.ts';
import { lazily } from '../read/lazily.ts';
import { otherForm } from '../tables/id-form.ts';
import type { ParsedTable, Region } from '../tables/rows/adapter.ts';
import type { Quarantined } from './pairing.ts';
import type { Kept } from './shard-writer.ts';

function sortQuarantine(quarantined: readonly Quarantined[]): Quarantined[] {
  const key = ({ ref, reason, detail }: Quarantined) => JSON.stringify([reason, ref, detail]);
  return quarantined.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** What ingest has to write down. */
export interface IngestRows {
  /** in the shards that they were written to */
  readonly kept: readonly Kept[];
  readonly quarantined: readonly Quarantined[];
  /** of all images of the source; those of images that are not kept are left out */
  readonly regions: readonly Region[];
  /** whether patients' ids are the source's own, and no pseudonyms */
  readonly isPublished: boolean;
}

/** Writes records.arrow, quarantine.arrow and, where there are regions, regions.arrow; returns their entries. */
export async function writeTables(out: string, source: string, rows: IngestRows): Promise<ManifestFile[]> {
  const { kept, quarantined, regions, isPublished } = rows;
  const imageIds = new Set(kept.map(({ row }) => row.imageId));
  const outlined = regions.filter(({ imageId }) => imageIds.has(imageId));
  const outlineRow = ({ imageId, name, polygon }: Region) => ({
    source,
    image_id: imageId,
    name,
    polygon: JSON.stringify(polygon),
  });
  return [
    await writeFile(out, RECORDS, kept, (image) => recordRow(source, image, isPublished)),
    await writeFile(out, QUARANTINE, sortQuarantine(quarantined), (one) => ({ source, ...one })),
    ...(outlined.length === 0 ? [] : [await writeFile(out, REGIONS, outlined, outlineRow)]),
  ];
}

async function writeFile<Item>(
  out: string,
  shape: TableShape,
  items: readonly Item[],
  rowOf: (item: Item) => TableRow,
): Promise<ManifestFile> {
  const file = `${shape.name}.arrow`;
  const rows = await writeRows(join(out, file), shape, lazily(items, rowOf));
  return fileEntry(out, file, rows);
}

function recordRow(source: string, { row, reading }: Kept, isPublished: boolean): TableRow {
  const { place } = reading;
  if (place.holder !== 'shard') throw new Error('an image that is kept is in no shard');
  return {
    source,
    image_id: row.imageId,
    patient_id: row.patientId,
    patient_form: isPublished ? otherForm(row.patientId) : (row.patientForm ?? null),
    study_id: row.studyId,
    view: row.view,
    view_source: row.viewSource,
    view_conflict: row.viewConflict,
    supine: row.supine,
    age_years: row.ageYears,
    sex: row.sex,
    support_devices: row.supportDevices,
    width: row.filmSize?.width ?? reading.width,
    height: row.filmSize?.height ?? reading.height,
    depth: reading.depth,
    grey_range: reading.greyRange,
    warnings: warningText(warningsOf({ row, reading })),
    labels: JSON.stringify(row.labels),
    label_set: row.labelSet,
    overlays: row.overlays === undefined ? null : JSON.stringify(row.overlays),
    no_finding: row.noFinding,
    official_split: row.officialSplit,
    same_as: row.sameAs,
    phash: reading.phash,
    file_sha256: reading.fileSha256,
    pixel_sha256: reading.pixelSha256,
    shard: place.sha256,
    row: place.row,
  };
}

/** What a person should know of an image: of its file, and of what its row and its header disagree on. */
export function warningsOf({ row, reading }: Pick<Kept, 'row' | 'reading'>): readonly Warning[] {
  return [...reading.warnings, ...(row.contradictions ?? [])];
}

/** How many inputs there were, and what became of them; those that are quarantined also by reason. */
export interface InputCounts extends Record<string, number> {
  readonly images: number;
  readonly rows: number;
  readonly pairs: number;
  readonly records: number;
  readonly quarantined: number;
}

/** @param matched images with a row. An image and its row are one input, so that `images + rows - pairs = records + quarantined`. */
export function countsOf(
  listing: Listing,
  table: ParsedTable,
  matched: number,
  kept: readonly Kept[],
  quarantined: readonly Quarantined[],
): InputCounts {
  return {
    images: listing.images.length + listing.closed.length,
    rows: table.rows.length + table.bad.length,
    pairs: matched,
    records: kept.length,
    quarantined: quarantined.length,
    ...countBy(quarantined, ({ reason }) => `quarantined.${reason}`),
    ...countBy(kept, ({ row }) => `view.${row.view}`),
  };
}

export function countBy<Item>(items: readonly Item[], key: (item: Item) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}
