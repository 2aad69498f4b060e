import { type CatalogConfig, type CatalogFlow, type CatalogImage, FINDINGS } from '@viewgap/contracts';
import type { CatalogRecord, CatalogSource, QuarantineRow } from './catalog-record.ts';
import { type FlowSource, flowTable } from './flow.ts';
import { canonicalPatients, repeatedImages, splitOfPatient } from './identity.ts';
import { findOverlaps, type Overlap } from './overlap.ts';

/** The rows of catalog.duckdb, by table. */
export interface CatalogContent {
  readonly images: readonly CatalogImage[];
  readonly labels: readonly { source: string; image_id: string; finding: string; label: number | null }[];
  readonly quarantine: readonly QuarantineRow[];
  readonly overlap: readonly Overlap[];
  readonly flow: readonly CatalogFlow[];
}

/** The catalog's tables as values, from the sources' records. */
export function catalogContent(sources: readonly CatalogSource[], config: CatalogConfig): CatalogContent {
  const canonical = canonicalPatients(sources.flatMap(({ records }) => records));
  const labels: CatalogContent['labels'][number][] = [];
  const flows = sources.map((source): FlowSource => {
    const records = source.records.map((record) => ({
      ...record,
      patient_id: canonical.get(record.patient_id) ?? record.patient_id,
    }));
    const repeats = repeatedImages(records);
    const kept = records.filter((record) => !repeats.has(record));
    for (const { image_id, labels: known } of kept) {
      for (const finding of FINDINGS)
        labels.push({ source: source.name, image_id, finding, label: known[finding] });
    }
    const { images: files = 0, rows = 0, pairs = 0 } = source.artifact.manifest.counts;
    return {
      name: source.name,
      rows,
      files,
      pairs,
      records,
      used: kept.map((record) => catalogImage(record, config)),
      quarantine: [...source.quarantine, ...[...repeats].map(([again, first]) => repeatRow(again, first))],
    };
  });
  const images = flows.flatMap(({ used }) => used);
  return {
    images,
    labels,
    quarantine: flows.flatMap((flow) => flow.quarantine),
    overlap: findOverlaps(images),
    flow: flowTable(flows),
  };
}

function catalogImage({ labels: _, ...record }: CatalogRecord, config: CatalogConfig): CatalogImage {
  const split = record.role === 'external' ? 'external' : splitOfPatient(record.patient_id, config);
  return { ...record, split };
}

function repeatRow(again: CatalogRecord, first: CatalogRecord): QuarantineRow {
  const same = again.file_sha256 === first.file_sha256 ? 'file' : 'pixels';
  const differs = FINDINGS.some((finding) => again.labels[finding] !== first.labels[finding]);
  return {
    source: again.source,
    ref: again.image_id,
    reason: 'duplicate-image',
    detail: `same ${same} as ${first.image_id}${differs ? ', other labels' : ''}`,
  };
}

/** Counts for the manifest. */
export function countsOf({ images, quarantine, overlap }: CatalogContent): Record<string, number> {
  const counts: Record<string, number> = {
    images: images.length,
    patients: new Set(images.map(({ patient_id }) => patient_id)).size,
    quarantined: quarantine.length,
    overlaps: overlap.length,
  };
  for (const { split, view } of images) {
    for (const key of [`split.${split}`, `view.${view}`]) counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
