import { DEFAULT_FINDINGS, type Metrics } from '@viewgap/contracts';
import { metrics } from '@viewgap/contracts/metrics';
import { hashUniform } from '@viewgap/stats';

type Dataset = Pick<Metrics['datasets'][number], 'dataset' | 'split'>;

const MODELS = ['model1', 'model2'] as const;
const CHANGE = { from_model: 'model1', to_model: 'model2' } as const;
const VIEWS = ['AP', 'PA', 'all'] as const;
const UNTESTED = 'no test below 5 patients of a class';
const NO_FIB_MEAN = 'mean of CSN, PTX, NDL, PEF (FIB cannot be estimated)';
const WEIGHTS = 'these weights only: one seed';
const NO_FIB = 'FIB in PA: no positive image';

/**
 * metrics.json as evaluate writes it for a small sample of one seed: every number has all its digits, FIB cannot be
 * estimated in PA films, every cell is small, CSN too small for a test. AUROCs and errors are drawn; gaps and changes are their differences.
 */
export function testMetrics(datasets: readonly Dataset[]): Metrics {
  const findings = [...DEFAULT_FINDINGS, 'mean'];
  const each = <Row>(row: (dataset: string, finding: string) => Row[]): Row[] =>
    datasets.flatMap(({ dataset }) => findings.flatMap((finding) => row(dataset, finding)));
  const around = (middle: number, spread: number, ...parts: string[]) =>
    middle + spread * (2 * hashUniform('test-metrics', ...parts) - 1);
  const errors = { df: 42, clusters: 43, basis: 'weights' as const };
  const test = (estimate: number, se: number) => {
    const [low, high] = [estimate - 1.96 * se, estimate + 1.96 * se];
    return {
      estimate,
      se,
      ci_low: low,
      ci_high: high,
      ...errors,
      p: Math.min(1, Math.exp(-((estimate / se) ** 2))),
      weights_se: se,
      weights_ci_low: low,
      weights_ci_high: high,
    };
  };
  const aurocOf = (dataset: string, model: string, finding: string, view: string): number =>
    view === 'mean'
      ? (aurocOf(dataset, model, finding, 'AP') + aurocOf(dataset, model, finding, 'PA')) / 2
      : inView(dataset, model, finding, view);
  const inView = (dataset: string, model: string, finding: string, view: string) =>
    around(0.68, 0.1, dataset, finding, view) + around(0.01, 0.03, dataset, model, finding, view);
  const gapOf = (dataset: string, model: string, finding: string) =>
    aurocOf(dataset, model, finding, 'AP') - aurocOf(dataset, model, finding, 'PA');
  const small = (finding: string, view: string | null) => {
    const which = finding === 'mean' ? 'CSN' : finding;
    const patients = which === 'CSN' ? 4 : 7 + (which.charCodeAt(0) % 9);
    const few = `few patients: ${patients} with ${which} in ${view ?? 'AP'}, 9 without ${which} in PA`;
    return finding === 'mean' && (view === 'PA' || view === null) ? `${NO_FIB_MEAN}; ${few}` : few;
  };
  const tested = (finding: string) => finding !== 'CSN' && finding !== 'mean';
  const unknown = {
    estimate: null,
    se: null,
    ci_low: null,
    ci_high: null,
    df: null,
    clusters: 0,
    basis: 'weights' as const,
    weights_se: null,
    weights_ci_low: null,
    weights_ci_high: null,
  };
  const untestable = { p: null, p_adjusted: null, p_bh: null, weights_p: null };
  const meanOver = (finding: string) => (finding === 'mean' ? ('findings' as const) : ('none' as const));

  return metrics.parse({
    schema: 1,
    datasets: datasets.map((row) => ({ ...row, images: 88, clusters: 43, excluded: 0, note: null })),
    models: [...MODELS],
    seeds: [0],
    findings: [...DEFAULT_FINDINGS],
    primary: null,
    settings: {
      from: 'model1',
      to: 'model2',
      cluster: 'patient',
      level: 0.95,
      primary_minimum: 20,
      few_patients: 50,
      no_test_below: 5,
      margin: null,
      threshold_rule: 'specificity',
      specificity: 0.9,
      bootstrap: 0,
      family: 'findings',
    },
    primary_tests: [],
    cells: each((dataset, finding) =>
      MODELS.flatMap((model) =>
        ([...VIEWS, 'mean'] as const).map((view) => {
          const counts =
            finding === 'mean'
              ? { n: null, positives: null, positive_clusters: null, negative_clusters: null }
              : { n: 88, positives: 17, positive_clusters: 12, negative_clusters: 40 };
          const key = { dataset, model, seed: null, finding, view, mean_over: meanOver(finding), ...counts };
          if (finding === 'FIB' && (view === 'PA' || view === 'mean')) {
            return { ...key, ...unknown, clusters: 43, positives: 0, auprc: null, note: NO_FIB };
          }
          const auroc = aurocOf(dataset, model, finding, view);
          const { p: _, ...row } = test(auroc, 0.06);
          const ci = { ci_low: auroc - 0.13, ci_high: auroc + 0.11 };
          return { ...key, ...row, ...ci, auprc: 0.3, note: small(finding, view) };
        }),
      ),
    ),
    gaps: each((dataset, finding) =>
      MODELS.map((model) => {
        const key = {
          dataset,
          model,
          seed: null,
          finding,
          mean_over: meanOver(finding),
          within_margin: null,
        };
        if (finding === 'FIB') {
          return { ...key, ...unknown, ...untestable, pa_minus_ap: null, abs_gap: null, note: NO_FIB };
        }
        const gap = test(gapOf(dataset, model, finding), 0.07);
        const derived = { pa_minus_ap: -gap.estimate, abs_gap: Math.abs(gap.estimate) };
        const adjusted = Math.min(1, 3 * gap.p);
        const row = { ...key, ...gap, ...derived, note: small(finding, null) };
        return tested(finding)
          ? { ...row, p_adjusted: adjusted, p_bh: adjusted, weights_p: gap.p }
          : { ...row, ...untestable, note: `${row.note}; ${UNTESTED}` };
      }),
    ),
    changes: each((dataset, finding) =>
      (['mean', ...VIEWS, null] as const).map((view) => {
        const key = {
          dataset,
          of: view === null ? ('change_of_gap' as const) : ('change_of_auroc' as const),
          ...CHANGE,
          seed: null,
          finding,
          view,
          mean_over: meanOver(finding),
          within_margin: null,
          noninferior: null,
        };
        if (finding === 'FIB' && view !== 'AP' && view !== 'all') {
          return { ...key, ...unknown, ...untestable, note: `${NO_FIB}; ${WEIGHTS}` };
        }
        const of = (model: string) =>
          view === null ? gapOf(dataset, model, finding) : aurocOf(dataset, model, finding, view);
        const row = test(of('model2') - of('model1'), 0.045);
        const note = small(finding, view);
        if (!tested(finding))
          return { ...key, ...row, ...untestable, note: `${note}; ${UNTESTED}; ${WEIGHTS}` };
        const adjusted = Math.min(1, 4 * row.p);
        const ps = { p_adjusted: adjusted, p_bh: adjusted, weights_p: row.p };
        return { ...key, ...row, ...ps, note: `${note}; ${WEIGHTS}` };
      }),
    ),
    narrowing: each((dataset, finding): Metrics['narrowing'] => {
      const [from, to] = MODELS.map((model) => gapOf(dataset, model, finding)) as [number, number];
      const change = (view: string) => {
        const [before, after] = MODELS.map((model) => aurocOf(dataset, model, finding, view));
        return test((after as number) - (before as number), 0.05);
      };
      const [ofGap, sum, ap, pa] = [
        test(to - from, 0.045),
        test(from + to, 0.09),
        change('AP'),
        change('PA'),
      ];
      const absent = finding === 'FIB';
      const number = (value: number) => (absent ? null : value);
      const p = absent || !tested(finding) ? null : Math.max(ofGap.p, sum.p);
      return [
        {
          dataset,
          ...CHANGE,
          finding,
          gap_from: number(from),
          gap_to: number(to),
          change_of_gap: number(ofGap.estimate),
          change_of_gap_ci_low: number(ofGap.ci_low),
          change_of_gap_ci_high: number(ofGap.ci_high),
          sum_of_gaps: number(sum.estimate),
          sum_of_gaps_ci_low: number(sum.ci_low),
          sum_of_gaps_ci_high: number(sum.ci_high),
          p,
          change_ap: ap.estimate,
          change_ap_ci_low: ap.ci_low,
          change_ap_ci_high: ap.ci_high,
          change_pa: number(pa.estimate),
          change_pa_ci_low: number(pa.ci_low),
          change_pa_ci_high: number(pa.ci_high),
          no_view_loses: null,
          outcome: p === null ? 'not_tested' : 'not_shown',
          clusters: absent ? 0 : 43,
          basis: 'weights',
          note: absent ? `${NO_FIB}; ${WEIGHTS}` : `${small(finding, null)}; ${WEIGHTS}`,
        },
      ];
    }),
    abs_gap_changes: each((dataset, finding) =>
      (finding === 'mean'
        ? (['change_of_abs_mean_gap', 'change_of_mean_abs_gap'] as const)
        : (['change_of_abs_gap'] as const)
      ).map((of) => {
        const key = { dataset, of, ...CHANGE, finding, clusters: 43, basis: 'weights' as const };
        if (finding === 'FIB') {
          return { ...key, estimate: null, ci_low: null, ci_high: null, note: `${NO_FIB}; ${WEIGHTS}` };
        }
        const { estimate, ci_low, ci_high } = test(
          Math.abs(gapOf(dataset, 'model2', finding)) - Math.abs(gapOf(dataset, 'model1', finding)),
          0.05,
        );
        return { ...key, estimate, ci_low, ci_high, note: `${small(finding, null)}; ${WEIGHTS}` };
      }),
    ),
    worst_views: [],
    pooled_changes: [],
    checks: each((dataset, finding) =>
      finding === 'mean'
        ? []
        : MODELS.map((model) => ({
            dataset,
            model,
            seed: null,
            finding,
            view_only_auroc: around(0.55, 0.1, dataset, finding),
            pooled_auroc: around(0.68, 0.1, dataset, finding, model),
            within_view_auroc: around(0.65, 0.1, dataset, finding, model),
            prevalence_ap: around(0.2, 0.05, dataset, finding),
            prevalence_pa: finding === 'FIB' ? 0 : 0.18,
            score_vs_view_auroc: around(0.58, 0.1, dataset, finding, model, 'view'),
            geometry_auroc: around(0.86, 0.02, dataset),
            view_probe_auroc: around(0.9, 0.1, dataset, model),
            view_probe_ci_low: 0.71,
            view_probe_ci_high: 0.97,
            note: finding === 'FIB' ? NO_FIB : null,
          })),
    ),
    controls: datasets.flatMap(({ dataset }) =>
      MODELS.flatMap((model) => [
        {
          dataset,
          control: 'permuted-labels',
          model,
          estimate: 0.4932871,
          se: 0.04,
          ci_low: 0.41,
          ci_high: 0.57,
          note: null,
        },
        {
          dataset,
          control: 'identical-models',
          model,
          estimate: 0,
          se: 0,
          ci_low: null,
          ci_high: null,
          note: null,
        },
      ]),
    ),
    image_level: [],
    bootstrap: [],
    sensitivity: [],
    adjusted: [],
    balance: [],
    calibration: [],
    calibration_gaps: [],
    operating_points: [],
    sources: [],
    sites: [],
    label_error: [],
    groups: [],
    power: [],
    roc: [],
  });
}
