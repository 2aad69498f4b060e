import { join } from 'node:path';
import {
  type Artifact,
  appendRows,
  type Cell,
  canonicalJson,
  ingestFacts,
  openArtifact,
  QUARANTINE,
  RECORDS,
  readTable,
  type Store,
  type TableShape,
} from '@viewgap/artifacts';
import { type IngestConfig, type SourceFacts, UserError } from '@viewgap/contracts';
import { adapterOf } from '../adapters/layouts.ts';
import type { Connection } from '../sql.ts';
import type { Adapter } from '../tables/rows/adapter.ts';

/** An opened ingest artifact. */
export interface CatalogSource {
  readonly name: string;
  readonly artifact: Artifact;
  readonly adapter: Adapter;
  readonly facts: SourceFacts;
  readonly settings: IngestConfig;
}

/**
 * Opens a source's ingest artifact.
 * @throws UserError where it is absent or incomplete
 */
export async function openSource(
  name: string,
  folder: string,
  options: { readonly store: Store; readonly rebuild: string },
): Promise<CatalogSource> {
  const artifact = await openArtifact(folder, 'ingest', options);
  const { source, settings } = ingestFacts(artifact, options.rebuild);
  return { name, artifact, adapter: await adapterOf(source), facts: source, settings };
}

const SQL_TYPES = { text: 'varchar', int8: 'tinyint', int32: 'integer', bool: 'boolean' } as const;

/**
 * What the catalog is made from: the records of all sources. `patient` bears a namespace, or is the image's own where
 * nobody knows whose it is; `form` is the same for ids that differ in zeros in front, decimals or blanks alone; `own_split`: the source's official one, where it is to be kept.
 */
export function recordTable(): string {
  const columns = RECORDS.columns.map(
    ({ name, type }) => `${name} ${SQL_TYPES[type as keyof typeof SQL_TYPES]}`,
  );
  return `create temp table record (${columns.join(', ')}, role varchar, patient varchar, form varchar, own_split varchar, of_nih boolean)`;
}

/** Appends a source's records to `record` and its rejections to `quarantine`. */
export async function appendSource(connection: Connection, source: CatalogSource): Promise<void> {
  const { folder } = source.artifact;
  const namespace = source.adapter.patientNamespace ?? source.name;
  const { role, split, patientIds } = source.facts;
  const isIgnored = patientIds === 'ignored';
  const patientOf = ({ image_id, patient_id, patient_form }: Row) =>
    patient_id === null || isIgnored
      ? { patient_id: null, patient: `image:${source.name}/${image_id}`, form: null }
      : { patient: `${namespace}:${patient_id}`, form: `${namespace}:${patient_form ?? patient_id}` };
  const records = rowsOf(RECORDS, await readTable(RECORDS, join(folder, 'records.arrow')));
  await appendRows(
    connection,
    'record',
    mapped(records, (row) => ({
      ...row,
      source: source.name,
      role,
      ...patientOf(row),
      own_split: split === 'official' ? (row.official_split ?? null) : null,
      of_nih: source.facts.adapter === 'nih-chestxray14',
    })),
  );
  const quarantine = rowsOf(QUARANTINE, await readTable(QUARANTINE, join(folder, 'quarantine.arrow')));
  await appendRows(
    connection,
    'quarantine',
    mapped(quarantine, (row) => ({ ...row, source: source.name })),
  );
}

type ArrowTable = Awaited<ReturnType<typeof readTable>>;
type Row = Readonly<Record<string, Cell>>;

function* rowsOf(shape: TableShape, table: ArrowTable): Iterable<Row> {
  const columns = shape.columns.map(({ name }) => [name, table.getChild(name)] as const);
  for (let i = 0; i < table.numRows; i++) {
    const row: Record<string, Cell> = {};
    for (const [name, vector] of columns) row[name] = vector?.get(i) as Cell;
    yield row;
  }
}

function* mapped(rows: Iterable<Row>, change: (row: Row) => Row): Iterable<Row> {
  for (const row of rows) yield change(row);
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
