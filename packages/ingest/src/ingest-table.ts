import { join } from 'node:path';
import {
  type Cell,
  encodeTable,
  FINDINGS,
  fileEntry,
  labelColumn,
  type ManifestFile,
  QUARANTINE,
  RECORDS,
  writeFileAtomic,
} from '@viewgap/contracts';
import type { ParsedTable } from './adapter.ts';
import type { Listing } from './listing.ts';
import type { Pair, Quarantined } from './pairing.ts';
import type { Kept, WrittenShards } from './shard-writer.ts';

function sortQuarantine(quarantined: readonly Quarantined[]): Quarantined[] {
  const key = ({ ref, reason, detail }: Quarantined) => JSON.stringify([reason, ref, detail]);
  return quarantined.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Writes records.arrow and quarantine.arrow; returns their entries of the manifest. */
export async function writeTables(
  out: string,
  source: string,
  kept: readonly Kept[],
  shards: WrittenShards,
  quarantined: readonly Quarantined[],
): Promise<ManifestFile[]> {
  const records = kept.map((image) => recordRow(source, image, shards));
  const rejections = sortQuarantine(quarantined).map((one) => ({ source, ...one }));
  await writeFileAtomic(join(out, 'records.arrow'), encodeTable(RECORDS, records));
  await writeFileAtomic(join(out, 'quarantine.arrow'), encodeTable(QUARANTINE, rejections));
  return [
    await fileEntry(out, 'records.arrow', records.length),
    await fileEntry(out, 'quarantine.arrow', rejections.length),
  ];
}

function recordRow(source: string, { row, reading }: Kept, shards: WrittenShards): Record<string, Cell> {
  const place = shards.places.get(row.imageId);
  if (!place) throw new Error('an image that is kept is in no shard');
  return {
    source,
    image_id: row.imageId,
    patient_id: row.patientId,
    study_id: row.studyId,
    view: row.view,
    view_source: row.viewSource,
    view_conflict: row.viewConflict,
    age_years: row.ageYears,
    sex: row.sex,
    support_devices: row.supportDevices,
    width: reading.width,
    height: reading.height,
    ...Object.fromEntries(FINDINGS.map((finding) => [labelColumn(finding), row.labels[finding]])),
    no_finding: row.noFinding,
    file_sha256: reading.fileSha256,
    pixel_sha256: reading.pixelSha256,
    shard: place.shard,
    row: place.row,
  };
}

/** An image and its row are one input, so that `images + rows - pairs = records + quarantined`. */
export function countsOf(
  listing: Listing,
  table: ParsedTable,
  pairs: readonly Pair[],
  kept: readonly Kept[],
  quarantined: readonly Quarantined[],
): Record<string, number> {
  return {
    images: listing.images.length,
    rows: table.rows.length + table.bad.length,
    pairs: pairs.length,
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
