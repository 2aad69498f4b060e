import { type Metrics, QUARANTINE_REASONS, type QuarantineReason, SPLITS, VIEWS } from '@viewgap/contracts';
import type { CatalogSummary, ImageGroup, LabelCount } from '../inputs/catalog-summary.ts';
import type { DataTable, TableColumn, TableRow } from '../text/table.ts';
import { FINDING } from './result-tables.ts';

const SOURCE: TableColumn = { key: 'source', head: 'Source', kind: 'label' };
const SPLIT: TableColumn = { key: 'split', head: 'Split', kind: 'label' };
const VIEW: TableColumn = { key: 'view', head: 'View', kind: 'label' };

/** How many inputs and patients each step keeps. */
export function flowTable(catalog: CatalogSummary): DataTable {
  return {
    name: 'flow',
    title: 'Participant flow',
    about: 'Images and patients at every step, from what was found on disk to what was tested.',
    columns: [
      SOURCE,
      { key: 'step', head: 'Step', kind: 'label' },
      { key: 'images', head: 'Images', kind: 'count' },
      { key: 'patients', head: 'Patients', kind: 'count' },
      { key: 'remark', head: 'Remark', kind: 'text' },
    ],
    rows: catalog.flow.map((step) => ({
      values: {
        source: step.source,
        step: step.name,
        images: step.images,
        patients: step.patients ?? undefined,
        remark: step.note === '' ? undefined : step.note,
      },
    })),
  };
}

/** Who the patients are, per source, split and view. */
export function characteristicsTable(catalog: CatalogSummary): DataTable {
  return {
    name: 'characteristics',
    title: 'Characteristics of the images',
    about:
      'A patient filmed in both views counts in both. Sex in images; its unknowns are what is missing to the sum. None of the findings: all their labels known and absent, in percent of the images where that can be told.',
    columns: [
      SOURCE,
      SPLIT,
      VIEW,
      { key: 'images', head: 'Images', kind: 'count' },
      { key: 'patients', head: 'Patients', kind: 'count' },
      { key: 'age', head: 'Age, median (IQR)', kind: 'estimate', digits: 0 },
      { key: 'female', head: 'Female', kind: 'count' },
      { key: 'male', head: 'Male', kind: 'count' },
      { key: 'no_finding', head: 'No Finding, %', kind: 'number', digits: 1 },
      { key: 'none', head: 'None of the findings, %', kind: 'number', digits: 1 },
    ],
    rows: inOrder(catalog.groups, catalog.findings).map(
      (group): TableRow => ({
        values: {
          source: group.source,
          split: group.split,
          view: group.view,
          images: group.images,
          patients: group.patients,
          age: {
            value: group.age_median,
            ci: group.age_q1 === null || group.age_q3 === null ? null : [group.age_q1, group.age_q3],
          },
          female: group.female,
          male: group.male,
          no_finding: percentOf(group.no_finding, group.no_finding_known),
          none: percentOf(group.none, group.none_known),
        },
        notes: {
          age: group.age_known === 0 ? 'no age is known' : null,
          no_finding: group.no_finding_known === 0 ? 'the source does not say No Finding' : null,
          none: group.none_known === 0 ? 'at least one finding is never labelled here' : null,
        },
      }),
    ),
  };
}

/** Labels present, absent and not known. */
export function labelTable(catalog: CatalogSummary): DataTable {
  return {
    name: 'labels',
    title: 'Labels',
    about:
      'Images with the finding present, absent or not known. What is not known is masked in training and left out of the statistics, never counted as absent.',
    columns: [
      SOURCE,
      SPLIT,
      VIEW,
      FINDING,
      { key: 'positives', head: 'Present', group: 'Images', kind: 'count' },
      { key: 'negatives', head: 'Absent', group: 'Images', kind: 'count' },
      { key: 'unknown', head: 'Not known', group: 'Images', kind: 'count' },
      { key: 'positive_patients', head: 'Present', group: 'Patients', kind: 'count' },
      { key: 'negative_patients', head: 'Absent', group: 'Patients', kind: 'count' },
    ],
    rows: inOrder(catalog.labels, catalog.findings).map((label): TableRow => ({ values: { ...label } })),
  };
}

/** The positives that the tested AUROCs rest on. */
export function positivesTable(catalog: CatalogSummary, metrics: Metrics): DataTable {
  const rows = metrics.datasets.flatMap(({ dataset, split }) =>
    testFindings(metrics).map((finding): TableRow => {
      const at = (view: string) =>
        catalog.labels.find(
          (row) =>
            row.source === dataset && row.split === split && row.view === view && row.finding === finding,
        );
      const values = (['AP', 'PA'] as const).flatMap((view): [string, number][] => {
        const label = at(view);
        return [
          [`${view}_images`, (label?.positives ?? 0) + (label?.negatives ?? 0)],
          [`${view}_positives`, label?.positives ?? 0],
          [`${view}_positive_patients`, label?.positive_patients ?? 0],
        ];
      });
      return { values: { dataset, finding, ...Object.fromEntries(values) } };
    }),
  );
  return {
    name: 'positives',
    title: 'What the tests rest on',
    about: 'Tested images with a known label, images with the finding, and patients with it.',
    columns: [
      { key: 'dataset', head: 'Data set', kind: 'label' },
      FINDING,
      ...(['AP', 'PA'] as const).flatMap((view): TableColumn[] => [
        { key: `${view}_images`, head: 'labelled', group: view, kind: 'count' },
        { key: `${view}_positives`, head: 'positive', group: view, kind: 'count' },
        { key: `${view}_positive_patients`, head: 'patients', group: view, kind: 'count' },
      ]),
    ],
    rows,
  };
}

/** Tested cells (finding x view) with fewer positive or negative patients than the bound below which errors are too small. */
export function smallCells(
  catalog: CatalogSummary,
  metrics: Metrics,
): { readonly small: readonly LabelCount[]; readonly cells: number } {
  const bound = metrics.settings.few_patients;
  const tested = metrics.datasets.flatMap(({ dataset, split }) =>
    testFindings(metrics).flatMap((finding) =>
      ['AP', 'PA'].map(
        (view): LabelCount =>
          catalog.labels.find(
            (row) =>
              row.source === dataset && row.split === split && row.view === view && row.finding === finding,
          ) ?? {
            source: dataset,
            split,
            view,
            finding,
            positives: 0,
            negatives: 0,
            unknown: 0,
            positive_patients: 0,
            negative_patients: 0,
          },
      ),
    ),
  );
  return {
    small: tested.filter((cell) => Math.min(cell.positive_patients, cell.negative_patients) < bound),
    cells: tested.length,
  };
}

/** Inputs that are not used, by reason. */
export function quarantineTable(catalog: CatalogSummary): DataTable {
  return {
    name: 'quarantine',
    title: 'Inputs that are not used',
    about: 'Every input ends in the images above or here.',
    columns: [
      SOURCE,
      { key: 'reason', head: 'Reason', kind: 'label' },
      { key: 'meaning', head: 'Meaning', kind: 'text' },
      { key: 'inputs', head: 'Inputs', kind: 'count' },
    ],
    rows: catalog.quarantine.map((row) => ({
      values: {
        ...row,
        meaning: QUARANTINE_REASONS[row.reason as QuarantineReason] as string | undefined,
      },
    })),
  };
}

/** Pairs of sets that share an image or a patient, and what was done about it. */
export function overlapTable(catalog: CatalogSummary): DataTable {
  return {
    name: 'overlaps',
    title: 'Overlap between sets',
    about: 'Pairs of images of different sets that share an image or a patient.',
    columns: [
      { key: 'kind', head: 'Shared', kind: 'label' },
      { key: 'sets', head: 'Sets', kind: 'label' },
      { key: 'action', head: 'Done', kind: 'text' },
      { key: 'pairs', head: 'Pairs', kind: 'count' },
    ],
    rows: catalog.overlaps.map((row) => ({ values: { ...row } })),
  };
}

function testFindings(metrics: Metrics): string[] {
  return metrics.findings.filter((finding) => finding !== 'mean');
}

function percentOf(part: number, whole: number): number | null {
  return whole === 0 ? null : (100 * part) / whole;
}

/** Splits, views and findings in the study's order instead of the alphabet's. */
function inOrder<Row extends ImageGroup | LabelCount>(
  rows: readonly Row[],
  findings: readonly string[],
): Row[] {
  const places = new Map<string, number>([...SPLITS, ...VIEWS, ...findings].map((name, i) => [name, i]));
  const rank = (name: string) => places.get(name) ?? places.size;
  const finding = (row: Row) => ('finding' in row ? rank(row.finding) : 0);
  return rows.toSorted(
    (a, b) =>
      a.source.localeCompare(b.source, 'en') ||
      rank(a.split) - rank(b.split) ||
      rank(a.view) - rank(b.view) ||
      finding(a) - finding(b),
  );
}
