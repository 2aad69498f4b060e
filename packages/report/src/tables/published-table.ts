import { DEFAULT_FINDINGS, type Metrics } from '@viewgap/contracts';
import { type CatalogSummary, isSynthetic } from '../inputs/catalog-summary.ts';
import { modelName } from '../text/format.ts';
import { meanLines } from '../text/mean-findings.ts';
import { PUBLISHED, PUBLISHED_PUBLIC_SET, type PublishedRow } from '../text/published.ts';
import { changeOf, ciOf, estimateOf, gapOf } from '../text/selection.ts';
import type { DataTable, Estimate, TableColumn, TableRow } from '../text/table.ts';
import { smallCells } from './data-tables.ts';
import { FINDING, notesOf } from './result-tables.ts';

type PublishedSet = 'public' | 'private';

/** Which published test a data set of ours may be held against; null, with the reason, where none. */
export function comparableSet(
  dataset: string,
  catalog: CatalogSummary,
): { readonly set: PublishedSet; readonly reason: null } | { readonly set: null; readonly reason: string } {
  if (isSynthetic(catalog)) return { set: null, reason: 'the data are synthetic' };
  if (catalog.sources[dataset]?.role !== 'external') {
    return {
      set: null,
      reason: 'it is a held-out part of a training source, and the published tests are external',
    };
  }
  return { set: dataset === PUBLISHED_PUBLIC_SET ? 'public' : 'private', reason: null };
}

/** The abstract's numbers, ours beside them, and the difference where it means something. */
export function publishedTable(metrics: Metrics, catalog: CatalogSummary): DataTable {
  const datasets = metrics.datasets.map(({ dataset }) => ({
    dataset,
    set: comparableSet(dataset, catalog).set,
  }));
  const compared = datasets.filter((row) => row.set !== null);
  return {
    name: 'published',
    title: 'Published values and ours',
    about:
      'Gaps here are PA - AP, as the abstract has them. Model 1 and Model 2 of the abstract were trained on 1,600,905 images.',
    columns: [
      FINDING,
      { key: 'quantity', head: 'Quantity', kind: 'label', shown: (code) => quantityName(code, metrics) },
      { key: 'public', head: 'ChestX-Det', group: 'Published', kind: 'signed', digits: 4 },
      { key: 'private', head: 'private', group: 'Published', kind: 'signed', digits: 4 },
      { key: 'published_p', head: 'p of the change', group: 'Published', kind: 'text' },
      ...datasets.map(
        ({ dataset }): TableColumn => ({
          key: `${dataset}_ours`,
          head: dataset,
          group: 'Ours',
          kind: 'signed-estimate',
        }),
      ),
      ...compared.map(
        ({ dataset }): TableColumn => ({
          key: `${dataset}_difference`,
          head: dataset,
          group: 'Ours - published',
          kind: 'signed',
          digits: 4,
        }),
      ),
    ],
    rows: publishedRows(metrics).map((row): TableRow => {
      const ours = datasets.map(({ dataset, set }) => {
        const own = oursOf(metrics, dataset, row);
        const published = set === null ? null : row[set];
        const few = smallCells(catalog, metrics).small.some(
          (cell) => cell.source === dataset && (row.finding === 'mean' || row.finding === cell.finding),
        );
        return { dataset, own, published, few };
      });
      return {
        strong: row.finding === 'mean',
        values: {
          finding: row.finding,
          quantity: row.quantity,
          public: row.public ?? undefined,
          private: row.private ?? undefined,
          published_p: row.p ?? undefined,
          ...Object.fromEntries(
            ours.flatMap(({ dataset, own, published, few }) => [
              [`${dataset}_ours`, own.estimate],
              [
                `${dataset}_difference`,
                published === null
                  ? undefined
                  : few || own.estimate.value === null
                    ? null
                    : own.estimate.value - published,
              ],
            ]),
          ),
        },
        notes: Object.fromEntries(
          ours.flatMap(({ dataset, own, published, few }) => [
            [`${dataset}_ours`, own.note],
            [
              `${dataset}_difference`,
              few && published !== null
                ? `not printed: fewer than ${metrics.settings.few_patients} positive or negative patients in one of its cells`
                : null,
            ],
          ]),
        ),
      };
    }),
    remarks: meanLines(metrics, 'levels'),
  };
}

/** What the abstract says of these findings: of the mean nothing where it is of others, which is another quantity. */
export function publishedRows({ findings }: Metrics): readonly PublishedRow[] {
  const isSame =
    findings.length === DEFAULT_FINDINGS.length && DEFAULT_FINDINGS.every((one) => findings.includes(one));
  return PUBLISHED.filter(({ finding }) => (finding === 'mean' ? isSame : findings.includes(finding)));
}

/** Our value of a published quantity, a gap turned to PA - AP. */
function oursOf(
  metrics: Metrics,
  dataset: string,
  row: PublishedRow,
): { estimate: Estimate; note: string | null } {
  const { finding, quantity } = row;
  if (quantity === 'gap-from' || quantity === 'gap-to') {
    const model = quantity === 'gap-from' ? metrics.settings.from : metrics.settings.to;
    const gap = gapOf(metrics, { dataset, model, finding });
    const own = ciOf(gap);
    const ci: Estimate['ci'] = own && [-own[1], -own[0]];
    return { estimate: { value: gap?.pa_minus_ap ?? null, ci }, note: notesOf(gap?.note ?? null).number };
  }
  const view = quantity.replace('auroc-change-', '') as 'all' | 'AP' | 'PA';
  const change = changeOf(metrics, { dataset, finding, of: 'change_of_auroc', view });
  return {
    estimate: estimateOf(change),
    note: notesOf(change?.note ?? null).number,
  };
}

function quantityName(code: string, metrics: Metrics): string {
  const { from, to } = metrics.settings;
  if (code === 'gap-from') return `gap, PA - AP, ${modelName(from)}`;
  if (code === 'gap-to') return `gap, PA - AP, ${modelName(to)}`;
  return `change of AUROC, ${code.replace('auroc-change-', '')}`;
}
