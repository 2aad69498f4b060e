import type { Metrics } from '@viewgap/contracts';
import type { MetricsRow } from '@viewgap/contracts/metrics';
import { confidence, modelName } from '../text/format.ts';
import { estimateOf, matches, shownSeed } from '../text/selection.ts';
import type { DataTable, TableColumn, TableRow } from '../text/table.ts';
import { DATASET, FINDING } from './result-tables.ts';

type OperatingPoint = MetricsRow<'operating_points'>;
type Measure = OperatingPoint['measure'];

const NAMES: Readonly<Record<Measure, string>> = {
  sensitivity: 'sensitivity',
  specificity: 'specificity',
  ppv: 'PPV',
  npv: 'NPV',
  ppv_at_prevalence: 'PPV, one prevalence',
  npv_at_prevalence: 'NPV, one prevalence',
};
const ALL = Object.keys(NAMES) as Measure[];

const COLUMNS: readonly TableColumn[] = [
  DATASET,
  FINDING,
  { key: 'measure', head: 'Measure', kind: 'label', shown: (code) => NAMES[code as Measure] ?? code },
  { key: 'model', head: 'Model', kind: 'label' },
  { key: 'ap', head: 'AP', kind: 'estimate' },
  { key: 'pa', head: 'PA', kind: 'estimate' },
  { key: 'gap', head: 'AP - PA', kind: 'signed-estimate' },
  { key: 'p', head: 'p', kind: 'p' },
];

/** What one threshold for both views does in each, and what changes between the models compared. */
export function operatingPointTable(metrics: Metrics): DataTable {
  const { level } = metrics.settings;
  return {
    name: 'operating-points',
    title: 'Operating points by view',
    about: `One threshold per model, seed and finding, the same in both views: ${ruleOf(metrics)}. PPV and NPV depend on how common a finding is in a view: the views are compared at one prevalence for both, the pooled one. ${confidence(level)} intervals take a threshold from validation images as given.`,
    columns: COLUMNS,
    rows: rowsOf(metrics, 'all', ALL),
  };
}

/** The same at the threshold of somebody who has PA films alone to choose it on. */
export function paThresholdTable(metrics: Metrics): DataTable {
  return {
    name: 'operating-points-pa',
    title: 'A threshold chosen on PA images, used on both views',
    about: `What a hospital finds that validated a model on PA images alone. ${confidence(metrics.settings.level)} intervals.`,
    columns: COLUMNS,
    rows: rowsOf(metrics, 'PA', ['sensitivity', 'specificity']),
  };
}

function ruleOf({ settings, operating_points }: Metrics): string {
  const rule =
    settings.threshold_rule === 'youden'
      ? 'where sensitivity plus specificity is largest'
      : `the least score with a specificity of ${settings.specificity}`;
  const isTest = operating_points.some(({ threshold_images }) => threshold_images === 'test');
  const given = operating_points.some(({ threshold_rule }) => threshold_rule === 'given');
  const where = isTest
    ? 'on these images themselves where a model has no validation images'
    : 'on the validation images of all data sets';
  return `${rule} ${where}${given ? ', but for those that were given' : ''}`;
}

function rowsOf(metrics: Metrics, choosing: 'all' | 'PA', measures: readonly Measure[]): TableRow[] {
  const { from, to } = metrics.settings;
  const shown = shownSeed(metrics, metrics.operating_points).filter(
    ({ threshold_view }) => (threshold_view ?? 'all') === choosing,
  );
  return metrics.datasets.flatMap(({ dataset }) =>
    metrics.findings.flatMap((finding) =>
      measures.flatMap((measure): TableRow[] => {
        const at = (key: Partial<OperatingPoint>) =>
          shown.find((row) => matches(row, { dataset, finding, measure, ...key }));
        const values = { dataset, finding, measure };
        const levels = metrics.models.flatMap((model) => {
          const [ap, pa] = (['AP', 'PA'] as const).map((view) => at({ of: 'share', model, view }));
          const row = { ...values, model: modelName(model) };
          return tableRow(row, ap, pa, at({ of: 'gap', model }));
        });
        const change = { from_model: from, to_model: to };
        const [ap, pa] = (['AP', 'PA'] as const).map((view) =>
          at({ of: 'change_of_share', ...change, view }),
        );
        const changed = { ...values, model: `${modelName(from)} to ${modelName(to)}` };
        return [...levels, ...tableRow(changed, ap, pa, at({ of: 'change_of_gap', ...change }))];
      }),
    ),
  );
}

function tableRow(
  values: Readonly<Record<string, string>>,
  ap: OperatingPoint | undefined,
  pa: OperatingPoint | undefined,
  gap: OperatingPoint | undefined,
): TableRow[] {
  if (ap === undefined || pa === undefined) return [];
  return [
    {
      values: {
        ...values,
        ap: estimateOf(ap),
        pa: estimateOf(pa),
        gap: gap && estimateOf(gap),
        p: gap?.p,
      },
      notes: { ap: ap.note, pa: pa.note, gap: gap?.note ?? null },
    },
  ];
}
