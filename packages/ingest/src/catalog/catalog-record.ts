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
import {
  codesOf,
  type Findings,
  type IngestConfig,
  labelColumn,
  labelSetColumn,
  type SourceFacts,
  UserError,
} from '@viewgap/contracts';
import { adapterOf } from '../adapters/layouts.ts';
import type { Connection } from '../sql.ts';
import { type FindingLabel, findingLabels, type RecordLabels } from '../tables/finding-labels.ts';
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

/** Columns of records.arrow of which the catalog makes the labels of the study's findings. */
const SAID: readonly string[] = ['labels', 'label_set', 'overlays'] satisfies (keyof RecordLabels)[];

/**
 * What the catalog is made from: the records of all sources, with a label of each finding. `patient` bears a namespace,
 * or is the image's own where nobody knows whose it is; `form` is the same for ids that differ in zeros in front, decimals
 * or blanks alone; `own_split`: the source's official one, where it is to be kept.
 */
export function recordTable(findings: Findings): string {
  const columns = [
    ...RECORDS.columns
      .filter(({ name }) => !SAID.includes(name))
      .map(({ name, type }) => `${name} ${SQL_TYPES[type as keyof typeof SQL_TYPES]}`),
    ...codesOf(findings).flatMap((code) => [
      `${labelColumn(code)} tinyint`,
      `${labelSetColumn(code)} varchar`,
    ]),
  ];
  return `create temp table record (${columns.join(', ')}, role varchar, patient varchar, form varchar, own_split varchar, of_nih boolean)`;
}

/** Appends a source's records to `record` and its rejections to `quarantine`. */
export async function appendSource(
  connection: Connection,
  source: CatalogSource,
  findings: Findings,
): Promise<void> {
  const { folder } = source.artifact;
  const namespace = source.adapter.patientNamespace ?? source.name;
  const { role, split, patientIds } = source.facts;
  const labelsOf = findingLabels(findings, source.facts);
  const codes = codesOf(findings);
  const isIgnored = patientIds === 'ignored';
  const patientOf = ({ image_id, patient_id, patient_form }: Row) =>
    patient_id === null || isIgnored
      ? { patient_id: null, patient: `image:${source.name}/${image_id}`, form: null }
      : { patient: `${namespace}:${patient_id}`, form: `${namespace}:${patient_form ?? patient_id}` };
  const records = rowsOf(RECORDS, await readTable(RECORDS, join(folder, 'records.arrow')));
  await appendRows(
    connection,
    'record',
    mapped(records, ({ labels, label_set, overlays, ...row }) => ({
      ...row,
      ...labelCells(codes, row, labelsOf({ labels, label_set, overlays } as RecordLabels)),
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

/** A film on which an overlay found something is not one without a finding, whatever its source says. */
function labelCells(codes: readonly string[], { no_finding }: Row, labels: readonly FindingLabel[]): Row {
  const isRelabelled = labels.some(({ isOverlaid }) => isOverlaid) && labels.some(({ label }) => label === 1);
  return {
    ...Object.fromEntries(
      labels.flatMap(({ label, set }, f): [string, Cell][] => [
        [labelColumn(codes[f] as string), label],
        [labelSetColumn(codes[f] as string), set],
      ]),
    ),
    no_finding: no_finding === true && isRelabelled ? false : (no_finding ?? null),
  };
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
