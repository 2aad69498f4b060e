import { join } from 'node:path';
import {
  type Artifact,
  type CatalogFacts,
  type CatalogFlow,
  catalogFacts,
  queryRows,
  withDuckDB,
} from '@viewgap/artifacts';

/** Images of one source, split and view. Null where nothing is known. */
export interface ImageGroup {
  readonly source: string;
  readonly split: string;
  readonly view: string;
  readonly images: number;
  readonly patients: number;
  readonly age_known: number;
  readonly age_median: number | null;
  readonly age_q1: number | null;
  readonly age_q3: number | null;
  readonly female: number;
  readonly male: number;
  readonly no_finding: number;
  readonly no_finding_known: number;
  /** none of the labelled findings, among images where that can be told */
  readonly none: number;
  readonly none_known: number;
}

/** Labels of one source, split, view and finding. */
export interface LabelCount {
  readonly source: string;
  readonly split: string;
  readonly view: string;
  readonly finding: string;
  readonly positives: number;
  readonly negatives: number;
  readonly unknown: number;
  readonly positive_patients: number;
  readonly negative_patients: number;
}

/** Images of one source (or `all`) and view (or `all`, AP and PA together), from the catalog's `characteristics`. */
export interface Population {
  readonly source: string;
  readonly view: string;
  readonly images: number;
  readonly patients: number;
  readonly age_median: number | null;
  readonly age_q1: number | null;
  readonly age_q3: number | null;
  readonly age_unknown: number;
  readonly female: number;
  readonly male: number;
  readonly sex_unknown: number;
  readonly no_finding: number;
  readonly no_finding_unknown: number;
  readonly none_of_five: number;
  readonly none_of_five_unknown: number;
  readonly supine: number;
  readonly view_conflicts: number;
}

/** Labels of one source, view and finding by how they were made, from the catalog's `prevalence`. */
export interface Prevalence {
  readonly source: string;
  readonly view: string;
  readonly finding: string;
  readonly label_set: string;
  readonly positive: number;
  readonly negative: number;
  readonly unknown: number;
  readonly positive_patients: number;
}

/** What the page tells about the data; every number is a count of rows of catalog.duckdb. */
export interface CatalogSummary {
  readonly sources: CatalogFacts['sources'];
  readonly images: number;
  readonly patients: number;
  readonly views: readonly { readonly view: string; readonly images: number; readonly patients: number }[];
  readonly groups: readonly ImageGroup[];
  readonly labels: readonly LabelCount[];
  readonly populations: readonly Population[];
  readonly prevalences: readonly Prevalence[];
  readonly flow: readonly CatalogFlow[];
  readonly quarantine: readonly {
    readonly source: string;
    readonly reason: string;
    readonly inputs: number;
  }[];
  readonly overlaps: readonly {
    readonly kind: string;
    readonly sets: string;
    readonly action: string;
    readonly pairs: number;
  }[];
}

/** One patient of two sources is one patient only where the catalog gave both the same id. */
const TOTALS = `select count(*)::int as images, count(distinct patient_id)::int as patients from images`;

const BY_VIEW = `select view, count(*)::int as images, count(distinct patient_id)::int as patients
  from images group by view order by images desc, view`;

const GROUPS = `
  with told as (
    select source, image_id, bool_or(label = 1) as any_positive, bool_and(label is not null) as all_known
    from labels group by source, image_id)
  select i.source, i.split, i.view, count(*)::int as images, count(distinct i.patient_id)::int as patients,
    count(i.age_years)::int as age_known, quantile_cont(i.age_years, 0.5) as age_median,
    quantile_cont(i.age_years, 0.25) as age_q1, quantile_cont(i.age_years, 0.75) as age_q3,
    (count(*) filter (i.sex = 'F'))::int as female, (count(*) filter (i.sex = 'M'))::int as male,
    (count(*) filter (i.no_finding))::int as no_finding, count(i.no_finding)::int as no_finding_known,
    (count(*) filter (t.all_known and not coalesce(t.any_positive, false)))::int as none,
    (count(*) filter (t.all_known or coalesce(t.any_positive, false)))::int as none_known
  from images i left join told t using (source, image_id)
  group by i.source, i.split, i.view order by i.source, i.split, i.view`;

const LABELS = `
  select i.source, i.split, i.view, l.finding,
    (count(*) filter (l.label = 1))::int as positives, (count(*) filter (l.label = 0))::int as negatives,
    (count(*) filter (l.label is null))::int as unknown,
    (count(distinct i.patient_id) filter (l.label = 1))::int as positive_patients,
    (count(distinct i.patient_id) filter (l.label = 0))::int as negative_patients
  from images i join labels l using (source, image_id)
  group by i.source, i.split, i.view, l.finding order by i.source, i.split, i.view, l.finding`;

const POPULATIONS = `select * from characteristics order by source = 'all', source, view`;

const PREVALENCES = `select * from prevalence order by source = 'all', source, view, finding, label_set`;

const FLOW = `select step, source, name, images, patients, note from flow order by step, source, name`;

const QUARANTINED = `select source, reason, count(*)::int as inputs from quarantine
  group by source, reason order by source, inputs desc, reason`;

const OVERLAPS = `
  select kind, concat(source_a, ' ', split_a, ' / ', source_b, ' ', split_b) as sets, action, count(*)::int as pairs
  from overlap group by all order by kind, sets, action`;

/**
 * Reads what the page needs from a finished catalog.
 * @throws UserError where its manifest does not say what its sources are
 */
export async function readCatalog(catalog: Artifact, rebuild: string): Promise<CatalogSummary> {
  const { sources } = catalogFacts(catalog, rebuild);
  return withDuckDB(
    join(catalog.folder, 'catalog.duckdb'),
    async (connection) => {
      const [totals] = await queryRows<{ images: number; patients: number }>(connection, TOTALS);
      return {
        sources,
        images: totals?.images ?? 0,
        patients: totals?.patients ?? 0,
        views: await queryRows(connection, BY_VIEW),
        groups: await queryRows(connection, GROUPS),
        labels: await queryRows(connection, LABELS),
        populations: withoutLoneAll<Population>(await queryRows(connection, POPULATIONS)),
        prevalences: withoutLoneAll<Prevalence>(await queryRows(connection, PREVALENCES)),
        flow: await queryRows(connection, FLOW),
        quarantine: await queryRows(connection, QUARANTINED),
        overlaps: await queryRows(connection, OVERLAPS),
      };
    },
    { readOnly: true },
  );
}

/** Reads the counts of labels alone, for readers that need nothing else of a finished catalog. */
export async function readLabelCounts({ folder }: Artifact): Promise<readonly LabelCount[]> {
  return withDuckDB(join(folder, 'catalog.duckdb'), (connection) => queryRows(connection, LABELS), {
    readOnly: true,
  });
}

/** Without the rows of all sources, where there is only one source: they would say the same again. */
function withoutLoneAll<Row extends { readonly source: string }>(rows: readonly Row[]): readonly Row[] {
  const own = rows.filter(({ source }) => source !== 'all');
  return new Set(own.map(({ source }) => source)).size > 1 ? rows : own;
}

/** True where any source is synthetic: everything is stamped then. */
export function isSynthetic(catalog: CatalogSummary): boolean {
  return Object.values(catalog.sources).some((source) => source.synthetic);
}
