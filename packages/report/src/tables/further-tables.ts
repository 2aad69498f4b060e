import type { Metrics } from '@viewgap/contracts';
import type { MetricsRow } from '@viewgap/contracts/metrics';
import { confidence, modelName } from '../text/format.ts';
import { ciOf, estimateOf } from '../text/selection.ts';
import type { DataTable, TableColumn, TableRow } from '../text/table.ts';
import { DATASET, FINDING } from './result-tables.ts';

/** What a row of the long tables of metrics.json is of. */
type Subject = Pick<MetricsRow<'sensitivity'>, 'of' | 'model' | 'from_model' | 'to_model' | 'view'>;

const OF: TableColumn = { key: 'of', head: 'Of', kind: 'label' };

export function subjectName({ of, model, from_model, to_model, view }: Subject): string {
  const inView = view === 'mean' ? 'mean of AP and PA' : view;
  const what = of === 'gap' || of === 'change_of_gap' ? 'gap, AP - PA' : `AUROC, ${inView}`;
  return model === null
    ? `${what}, ${modelName(from_model ?? '')} to ${modelName(to_model ?? '')}`
    : `${what}, ${modelName(model)}`;
}

/** The two tests that were declared before, in their order. */
export function primaryTable({ primary_tests, settings }: Metrics): DataTable {
  const outcomes = {
    favours: 'yes',
    against: 'the opposite',
    not_shown: 'not shown',
    descriptive: 'descriptive only',
    not_made: 'no test',
  };
  return {
    name: 'primary',
    title: 'Primary tests',
    about: `In fixed sequence: the second (does the gap narrow?) is read only where the first (is the second model better?) says yes. The second p is the larger of those of two tests, and a narrowing also needs that no view loses the margin. ${confidence(settings.level)} intervals.`,
    columns: [
      DATASET,
      OF,
      { key: 'change', head: 'Change', kind: 'signed-estimate' },
      { key: 'p', head: 'p', kind: 'p' },
      { key: 'basis', head: 'Error of', kind: 'text' },
      { key: 'outcome', head: 'Outcome', kind: 'text' },
    ],
    rows: primary_tests.map((test): TableRow => {
      return {
        values: {
          dataset: test.dataset,
          of: `m${subjectName(test)}`.replace('mgap', 'gap of mAUROC'),
          change: estimateOf(test),
          p: test.p,
          basis: test.basis === 'method' ? 'the method' : 'these weights',
          outcome: outcomes[test.outcome],
        },
        notes: { change: test.note },
      };
    }),
    remarks: primary_tests.map(({ sentence }) => sentence),
  };
}

/** Gaps and their changes in other circumstances, the mean over findings. */
export function sensitivityTable({ sensitivity, settings }: Metrics): DataTable {
  const rows = sensitivity.filter(
    ({ of, finding }) => (of === 'gap' || of === 'change_of_gap') && finding === 'mean',
  );
  return {
    name: 'sensitivity',
    title: 'Sensitivity',
    about: `The gap of mAUROC, and its change, with other labels or fewer images, beside the main analysis. ${confidence(settings.level)} intervals. Every finding is in metrics.json.`,
    columns: [
      DATASET,
      { key: 'variant', head: 'Variant', kind: 'label' },
      OF,
      { key: 'images', head: 'Images', kind: 'count' },
      { key: 'value', head: 'There', kind: 'signed-estimate' },
      { key: 'main', head: 'Main analysis', kind: 'signed' },
    ],
    rows: rows.map((row): TableRow => {
      const { dataset, variant, images, main, note } = row;
      return {
        values: { dataset, variant, of: subjectName(row), images, value: estimateOf(row), main },
        notes: { value: note },
      };
    }),
  };
}

/** Gaps where AP and PA patients are alike. */
export function adjustedTable({ adjusted, settings }: Metrics): DataTable {
  const methods = { stratum: 'within it', strata: 'over its strata', weighting: 'weighted' };
  return {
    name: 'adjusted',
    title: 'Gaps with AP and PA patients made comparable',
    about: `Over strata (weighted by their images), and with images weighted by the inverse chance of their view. ${confidence(settings.level)} intervals. Single strata are in metrics.json.`,
    columns: [
      DATASET,
      FINDING,
      OF,
      { key: 'by', head: 'Held equal', kind: 'label' },
      { key: 'method', head: 'How', kind: 'text' },
      { key: 'value', head: 'Value', kind: 'signed-estimate' },
    ],
    rows: adjusted
      .filter(({ method }) => method !== 'stratum')
      .map((row): TableRow => {
        const { dataset, finding, grouped_by: by, method, note } = row;
        return {
          values: {
            dataset,
            finding,
            of: subjectName(row),
            by,
            method: methods[method],
            value: estimateOf(row),
          },
          notes: { value: note },
        };
      }),
  };
}

const MODEL: TableColumn = { key: 'model', head: 'Model', kind: 'label', shown: modelName };
const VIEW: TableColumn = { key: 'view', head: 'View', kind: 'label' };

/** Calibration of each model's first seed in each view, and how AP differs from PA. */
export function calibrationTable({ calibration, calibration_gaps, seeds, settings }: Metrics): DataTable {
  return {
    name: 'calibration',
    title: 'Calibration by view',
    about: `Intercept: calibration in the large, above 0 where probabilities are too low. Slope of the label on the logit: 1 where probabilities are right. ECE has ten bins of equal mass. Scaled: after a logistic scaling on the validation images. ${confidence(settings.level)} intervals are clustered by patient.`,
    columns: [
      DATASET,
      FINDING,
      MODEL,
      VIEW,
      { key: 'scores', head: 'Scores', kind: 'label' },
      { key: 'intercept', head: 'Intercept', kind: 'signed-estimate', digits: 2 },
      { key: 'slope', head: 'Slope', kind: 'estimate', digits: 2 },
      { key: 'brier', head: 'Brier', kind: 'number' },
      { key: 'ece', head: 'ECE', kind: 'number' },
    ],
    rows: calibration
      .filter(({ seed }) => seed === seeds[0])
      .flatMap((row): TableRow[] => {
        const { dataset, finding, model, view, scores, brier, ece, note } = row;
        const key = { dataset, finding, model, scores };
        const intercept = {
          value: row.intercept,
          ci: ciOf({ ci_low: row.intercept_ci_low, ci_high: row.intercept_ci_high }),
        };
        const slope = {
          value: row.slope,
          ci: ciOf({ ci_low: row.slope_ci_low, ci_high: row.slope_ci_high }),
        };
        const own: TableRow = {
          values: { ...key, view, intercept, slope, brier, ece },
          notes: { slope: row.slope === null ? note : null },
        };
        if (view !== 'PA') return [own];
        const gap = (of: 'intercept' | 'slope' | 'brier') =>
          calibration_gaps.find(
            (one) =>
              one.of === of &&
              one.seed === row.seed &&
              Object.entries(key).every(([name, value]) => one[name as keyof typeof key] === value),
          );
        const between = {
          intercept: estimateOf(gap('intercept')),
          slope: estimateOf(gap('slope')),
          brier: gap('brier')?.estimate ?? null,
        };
        return [own, { values: { ...key, view: 'AP - PA', ...between, ece: undefined } }];
      }),
  };
}

/** What this test set could have found. */
export function powerTable({ power }: Metrics): DataTable {
  return {
    name: 'power',
    title: 'What this test set could find',
    about:
      'The smallest true change that a test at 5 % finds with 80 % power, and the clusters (patients) like these that it would take to find the target. Errors of these weights.',
    columns: [
      DATASET,
      OF,
      FINDING,
      { key: 'clusters', head: 'Clusters', kind: 'count' },
      { key: 'detectable', head: 'Smallest change', kind: 'number' },
      { key: 'target', head: 'Target', kind: 'number' },
      { key: 'clusters_needed', head: 'Clusters needed', kind: 'count' },
    ],
    rows: power
      .filter(({ of }) => of === 'change_of_gap')
      .map((row): TableRow => {
        const { dataset, finding, clusters, detectable, target, clusters_needed, note } = row;
        const values = {
          dataset,
          of: subjectName(row),
          finding,
          clusters,
          detectable,
          target,
          clusters_needed,
        };
        return { values, notes: { detectable: note } };
      }),
  };
}

/** The bootstrap's errors and studentised intervals of gaps and their changes. */
export function bootstrapTable({ bootstrap, settings }: Metrics): DataTable {
  return {
    name: 'bootstrap',
    title: 'Bootstrap by patient',
    about: `${settings.bootstrap} replicates. Ratio: the bootstrap's error over the analytic one. Studentised intervals are given where a class has fewer than ${settings.few_patients} clusters, for comparison.`,
    columns: [
      DATASET,
      OF,
      FINDING,
      { key: 'ratio', head: 'Ratio', kind: 'number' },
      { key: 't', head: 'Studentised', kind: 'signed-estimate' },
      { key: 't_p', head: 'p', kind: 'p' },
    ],
    rows: bootstrap
      .filter(({ of }) => of === 'gap' || of === 'change_of_gap')
      .map((row): TableRow => {
        const { dataset, finding, estimate, ratio, t_ci_low, t_ci_high, t_p, few, note } = row;
        const ci = ciOf({ ci_low: t_ci_low, ci_high: t_ci_high });
        const t = few ? { t: { value: estimate, ci }, t_p } : {};
        return { values: { dataset, of: subjectName(row), finding, ratio, ...t }, notes: { ratio: note } };
      }),
  };
}

/** AUROC within each source of a data set. */
export function sourceTable({ sources, settings }: Metrics): DataTable {
  return {
    name: 'sources',
    title: 'AUROC within each source',
    about: `Pooled, a score may tell the sources apart instead of the finding. ${confidence(settings.level)} intervals.`,
    columns: [
      DATASET,
      { key: 'source', head: 'Source', kind: 'label' },
      FINDING,
      MODEL,
      VIEW,
      { key: 'auroc', head: 'AUROC', kind: 'estimate' },
    ],
    rows: sources.map((row): TableRow => {
      const { dataset, source, finding, model, view, note } = row;
      return {
        values: { dataset, source, finding, model, view, auroc: estimateOf(row) },
        notes: { auroc: note },
      };
    }),
  };
}
