import type { Metrics } from '@viewgap/contracts';
import type { MetricsRow } from '@viewgap/contracts/metrics';
import { confidence, modelName } from '../text/format.ts';
import { ciOf, estimateOf, findingsOf, matches } from '../text/selection.ts';
import type { DataTable, TableColumn, TableRow } from '../text/table.ts';
import { DATASET, FINDING } from './result-tables.ts';

const SIZES: Readonly<Record<string, string>> = {
  change_of_abs_gap: '|gap|',
  change_of_abs_mean_gap: '|mean gap|',
  change_of_mean_abs_gap: 'mean |gap|',
};

/** Rows of the declared change, in the order of data sets and findings. */
function declared<
  Row extends {
    readonly dataset: string;
    readonly finding: string;
    readonly from_model: string | null;
    readonly to_model: string | null;
  },
>(metrics: Metrics, rows: readonly Row[]): Row[] {
  const { from, to } = metrics.settings;
  const order = ['primary', ...findingsOf(metrics)];
  return metrics.datasets.flatMap(({ dataset }) =>
    rows
      .filter((row) => row.dataset === dataset && row.from_model === from && row.to_model === to)
      .sort((a, b) => order.indexOf(a.finding) - order.indexOf(b.finding)),
  );
}

const isMean = (finding: string) => finding === 'mean' || finding === 'primary';

/** Change of the gap's size, with an interval and without a p-value. */
export function gapSizeTable(metrics: Metrics): DataTable {
  return {
    name: 'gap-size',
    title: 'Change of the size of the gap',
    about:
      'Below 0 the gap is smaller. The interval projects the joint region of both gaps; near 0 no p-value is valid, so none is given. |mean gap| and mean |gap| differ where findings have gaps of opposite sign.',
    columns: [
      DATASET,
      FINDING,
      { key: 'of', head: 'Size', kind: 'label', shown: (code) => SIZES[code] ?? code },
      { key: 'change', head: 'Change of size', kind: 'signed-estimate' },
    ],
    rows: declared(metrics, metrics.abs_gap_changes).map(
      (row): TableRow => ({
        strong: isMean(row.finding),
        values: { dataset: row.dataset, finding: row.finding, of: row.of, change: estimateOf(row) },
        notes: { change: row.note },
      }),
    ),
  };
}

const OUTCOMES: Readonly<Record<MetricsRow<'narrowing'>['outcome'], string>> = {
  narrows: 'narrows',
  widens: 'widens',
  smaller_but_a_view_may_lose: 'smaller; a view may lose',
  smaller_no_margin: 'smaller; no margin declared',
  not_shown: 'not shown',
  not_tested: 'no test',
};

/** Whether the gap narrows, and what each view gains or loses. */
export function narrowingTable(metrics: Metrics): DataTable {
  const { margin, level } = metrics.settings;
  return {
    name: 'narrowing',
    title: 'Does the gap narrow?',
    about: `It narrows where its change and the sum of both gaps differ from 0 with opposite signs (p: the larger of the two) and no view loses ${margin === null ? 'the margin; none is declared, so that no gap is said to narrow' : margin}. ${confidence(level)} intervals.`,
    columns: [
      DATASET,
      FINDING,
      { key: 'gap_from', head: modelName(metrics.settings.from), group: 'Gap', kind: 'signed' },
      { key: 'gap_to', head: modelName(metrics.settings.to), group: 'Gap', kind: 'signed' },
      { key: 'ap', head: 'AP', group: 'Change of AUROC', kind: 'signed-estimate' },
      { key: 'pa', head: 'PA', group: 'Change of AUROC', kind: 'signed-estimate' },
      { key: 'p', head: 'p', kind: 'p' },
      { key: 'outcome', head: 'The gap', kind: 'text' },
    ],
    rows: declared(metrics, metrics.narrowing).map(
      (row): TableRow => ({
        strong: isMean(row.finding),
        values: {
          dataset: row.dataset,
          finding: row.finding,
          gap_from: row.gap_from,
          gap_to: row.gap_to,
          ap: {
            value: row.change_ap,
            ci: ciOf({ ci_low: row.change_ap_ci_low, ci_high: row.change_ap_ci_high }),
          },
          pa: {
            value: row.change_pa,
            ci: ciOf({ ci_low: row.change_pa_ci_low, ci_high: row.change_pa_ci_high }),
          },
          p: row.p,
          outcome: OUTCOMES[row.outcome],
        },
        notes: { gap_from: row.note },
      }),
    ),
  };
}

/** The view that each model reads worse, and how that changes. */
export function worstViewTable(metrics: Metrics): DataTable {
  const { from, to } = metrics.settings;
  const column = (head: string, key: string, kind: TableColumn['kind']): TableColumn => ({ key, head, kind });
  const at = (key: Partial<MetricsRow<'worst_views'>>) =>
    metrics.worst_views.find((row) => matches(row, key));
  const rows = metrics.datasets.flatMap(({ dataset }) =>
    findingsOf(metrics).flatMap((finding): TableRow[] => {
      const [first, second] = [from, to].map((model) => at({ dataset, finding, model }));
      const change = at({ dataset, finding, from_model: from, to_model: to });
      if (first === undefined && second === undefined) return [];
      const values = {
        dataset,
        finding,
        first: estimateOf(first),
        second: estimateOf(second),
        change: estimateOf(change),
      };
      return [{ strong: finding === 'mean', values, notes: { first: first?.note ?? null } }];
    }),
  );
  return {
    name: 'worst-view',
    title: 'AUROC of the worse view',
    about: `The smaller AUROC of AP and PA; the worse view need not be the same in both models. ${confidence(metrics.settings.level)} intervals from those of both views, without a test.`,
    columns: [
      DATASET,
      FINDING,
      column(modelName(from), 'first', 'estimate'),
      column(modelName(to), 'second', 'estimate'),
      column('Change', 'change', 'signed-estimate'),
    ],
    rows,
  };
}

const PARTS: Readonly<Record<MetricsRow<'pooled_changes'>['part'], string>> = {
  within_views: 'within views',
  between_views: 'between views',
};

/** Where a change of the pooled AUROC comes from. */
export function pooledChangeTable(metrics: Metrics): DataTable {
  return {
    name: 'pooled-changes',
    title: 'Where the pooled change comes from',
    about: `The pooled AUROC is over all pairs of a positive and a negative image. Pairs across views are won by knowing the view alone; both parts add up to the change of the pooled AUROC. ${confidence(metrics.settings.level)} intervals.`,
    columns: [
      DATASET,
      FINDING,
      { key: 'part', head: 'Pairs', kind: 'label', shown: (code) => PARTS[code as 'within_views'] ?? code },
      { key: 'share', head: 'Share, %', kind: 'number', digits: 1 },
      { key: 'change', head: 'Change', kind: 'signed-estimate' },
      { key: 'p', head: 'p', kind: 'p' },
    ],
    rows: declared(metrics, metrics.pooled_changes).map(
      (row): TableRow => ({
        values: {
          dataset: row.dataset,
          finding: row.finding,
          part: row.part,
          share: row.pairs === null ? null : 100 * row.pairs,
          change: estimateOf(row),
          p: row.p,
        },
        notes: { change: row.note },
      }),
    ),
  };
}
