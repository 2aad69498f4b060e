import { join } from 'node:path';
import {
  type Artifact,
  type CatalogImage,
  canonicalJson,
  FINDINGS,
  type Finding,
  type IngestConfig,
  ingestFacts,
  type Label,
  labelColumn,
  openArtifact,
  QUARANTINE,
  RECORDS,
  readTable,
  type SourceConfig,
  type Store,
  UserError,
  type View,
  type ViewSource,
} from '@viewgap/contracts';
import type { Adapter } from './adapter.ts';
import { ADAPTERS } from './adapters.ts';

/** A record of a source as the catalog sees it: its patient's id bears a namespace, its split is not yet known. */
export interface CatalogRecord extends Omit<CatalogImage, 'split'> {
  readonly labels: Readonly<Record<Finding, Label>>;
}

export interface QuarantineRow {
  readonly source: string;
  readonly ref: string;
  readonly reason: string;
  readonly detail: string;
}

/** An opened ingest artifact. */
export interface CatalogSource {
  readonly name: string;
  readonly artifact: Artifact;
  readonly adapter: Adapter;
  readonly role: SourceConfig['role'];
  readonly synthetic: boolean;
  readonly settings: IngestConfig;
  readonly records: readonly CatalogRecord[];
  readonly quarantine: readonly QuarantineRow[];
}

/**
 * Opens a source's ingest artifact and reads its tables.
 * @throws UserError where it is absent or incomplete
 */
export async function openSource(
  name: string,
  folder: string,
  options: { readonly store: Store; readonly rebuild: string },
): Promise<CatalogSource> {
  const artifact = await openArtifact(folder, 'ingest', options);
  const { source, settings } = ingestFacts(artifact, options.rebuild);
  const { role, synthetic } = source;
  const adapter = ADAPTERS[source.adapter];
  const namespace = adapter.patientNamespace ?? name;
  const records = await readTable(RECORDS, join(folder, 'records.arrow'));
  const quarantine = await readTable(QUARANTINE, join(folder, 'quarantine.arrow'));
  const cell = <T>(table: typeof records, column: string, row: number) =>
    table.getChild(column)?.get(row) as T;
  return {
    name,
    artifact,
    adapter,
    role,
    synthetic,
    settings,
    records: Array.from({ length: records.numRows }, (_, i) => ({
      source: name,
      role,
      image_id: cell<string>(records, 'image_id', i),
      patient_id: `${namespace}:${cell<string>(records, 'patient_id', i)}`,
      study_id: cell<string | null>(records, 'study_id', i),
      view: cell<View>(records, 'view', i),
      view_source: cell<ViewSource>(records, 'view_source', i),
      view_conflict: cell<boolean>(records, 'view_conflict', i),
      age_years: cell<number | null>(records, 'age_years', i),
      sex: cell<string | null>(records, 'sex', i),
      support_devices: cell<boolean | null>(records, 'support_devices', i),
      no_finding: cell<boolean | null>(records, 'no_finding', i),
      width: cell<number>(records, 'width', i),
      height: cell<number>(records, 'height', i),
      file_sha256: cell<string>(records, 'file_sha256', i),
      pixel_sha256: cell<string>(records, 'pixel_sha256', i),
      shard: cell<string>(records, 'shard', i),
      row: cell<number>(records, 'row', i),
      labels: Object.fromEntries(
        FINDINGS.map((finding) => [finding, cell<Label>(records, labelColumn(finding), i)]),
      ) as Record<Finding, Label>,
    })),
    quarantine: Array.from({ length: quarantine.numRows }, (_, i) => ({
      source: name,
      ref: cell<string>(quarantine, 'ref', i),
      reason: cell<string>(quarantine, 'reason', i),
      detail: cell<string>(quarantine, 'detail', i),
    })),
  };
}

/** @throws UserError where the sources were not made with one size and geometry, which would give views away */
export function checkOneGeometry(sources: readonly CatalogSource[]): void {
  const settingsOf = ({ settings }: CatalogSource) => canonicalJson(settings);
  const [first, ...rest] = sources;
  const other = first && rest.find((source) => settingsOf(source) !== settingsOf(first));
  if (!first || !other) return;
  throw new UserError(
    'sources with different settings of ingest',
    `${first.name} ${settingsOf(first)}, ${other.name} ${settingsOf(other)}`,
    'run ingest of both again',
  );
}
