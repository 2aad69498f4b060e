import type { CatalogSummary, Population, Prevalence } from '../inputs/catalog-summary.ts';
import type { DataTable, TableColumn, TableRow } from '../text/table.ts';
import { FINDING } from './result-tables.ts';

const SOURCE: TableColumn = { key: 'source', head: 'Source', kind: 'label' };
const VIEW: TableColumn = { key: 'view', head: 'View', kind: 'label' };

/** Who the patients are, per source and view, whatever the split, with what is not known. */
export function populationTable({ populations }: CatalogSummary): DataTable {
  return {
    name: 'population',
    title: 'Characteristics per source and view',
    about:
      'Every image of the catalog; view \u201call\u201d is AP and PA together, source \u201call\u201d every source. Unknown counts images of which it is not known.',
    columns: [
      SOURCE,
      VIEW,
      { key: 'images', head: 'Images', kind: 'count' },
      { key: 'patients', head: 'Patients', kind: 'count' },
      { key: 'age', head: 'median (IQR)', group: 'Age', kind: 'estimate', digits: 0 },
      { key: 'age_unknown', head: 'unknown', group: 'Age', kind: 'count' },
      { key: 'female', head: 'female', group: 'Sex', kind: 'count' },
      { key: 'male', head: 'male', group: 'Sex', kind: 'count' },
      { key: 'sex_unknown', head: 'unknown', group: 'Sex', kind: 'count' },
      { key: 'no_finding', head: 'yes', group: 'No Finding', kind: 'count' },
      { key: 'no_finding_unknown', head: 'unknown', group: 'No Finding', kind: 'count' },
      { key: 'none_of_findings', head: 'yes', group: 'None of the findings', kind: 'count' },
      { key: 'none_of_findings_unknown', head: 'unknown', group: 'None of the findings', kind: 'count' },
      { key: 'supine', head: 'Supine', kind: 'count' },
      { key: 'view_conflicts', head: 'View in doubt', kind: 'count' },
    ],
    rows: populations.map(populationRow),
  };
}

function populationRow({ age_median, age_q1, age_q3, ...counts }: Population): TableRow {
  const ci = age_q1 === null || age_q3 === null ? null : ([age_q1, age_q3] as const);
  return {
    values: { ...counts, age: { value: age_median, ci } },
    notes: { age: age_median === null ? 'no age is known' : null },
  };
}

/** Labels per source, view and finding, with how they were made and what is not known. */
export function prevalenceTable({ prevalences, findings }: CatalogSummary): DataTable {
  return {
    name: 'prevalence',
    title: 'Prevalence per source and view',
    about:
      'Images with and without the finding, and those where it is not known, which count as neither: prevalence is in percent of the known ones.',
    columns: [
      SOURCE,
      VIEW,
      FINDING,
      { key: 'label_set', head: 'Labels', kind: 'text' },
      { key: 'positive', head: 'Present', kind: 'count' },
      { key: 'negative', head: 'Absent', kind: 'count' },
      { key: 'unknown', head: 'Unknown', kind: 'count' },
      { key: 'prevalence', head: 'Prevalence, %', kind: 'number', digits: 1 },
      { key: 'positive_patients', head: 'Patients with it', kind: 'count' },
    ],
    rows: inStudyOrder(prevalences, findings).map(prevalenceRow),
  };
}

function prevalenceRow(row: Prevalence): TableRow {
  const known = row.positive + row.negative;
  return {
    values: { ...row, prevalence: known === 0 ? null : (100 * row.positive) / known },
    notes: { prevalence: known === 0 ? 'no label is known' : null },
  };
}

/** Findings in the study's order, within each source and view as they come. */
function inStudyOrder(rows: readonly Prevalence[], findings: readonly string[]): Prevalence[] {
  const place = new Map<string, number>();
  for (const { source, view } of rows) {
    const key = `${source} ${view}`;
    if (!place.has(key)) place.set(key, place.size);
  }
  const rank = ({ source, view, finding }: Prevalence) =>
    (place.get(`${source} ${view}`) ?? 0) * findings.length + findings.indexOf(finding);
  return rows.toSorted((a, b) => rank(a) - rank(b));
}
