import { FINDINGS, type Metrics } from '@viewgap/contracts';
import { metrics } from '@viewgap/contracts/metrics';
import { hashUniform } from '@viewgap/stats';

type Dataset = Pick<Metrics['datasets'][number], 'dataset' | 'split'>;

const MODELS = ['model1', 'model2'] as const;
const VIEWS = ['AP', 'PA', 'all'] as const;
const FEW = '(standard error too small, the more so the fewer there are)';
const UNTESTED = 'no test below 5 patients of a class';
const NO_FIB_MEAN = 'mean of CSN, PTX, NDL, PEF (FIB cannot be estimated)';
const WEIGHTS = 'these weights only: one seed';
const NO_FIB = 'FIB in PA: no positive image';

/**
 * metrics.json as evaluate writes it for a small sample of one seed: every number has all its digits, FIB cannot be
 * estimated in PA films, every cell is small, CSN too small for a test. AUROCs and errors are drawn; gaps and changes are their differences.
 */
export function testMetrics(datasets: readonly Dataset[]): Metrics {
  const findings = [...FINDINGS, 'mean'];
  const each = <Row>(row: (dataset: string, finding: string) => Row[]): Row[] =>
    datasets.flatMap(({ dataset }) => findings.flatMap((finding) => row(dataset, finding)));
  const around = (middle: number, spread: number, ...parts: string[]) =>
    middle + spread * (2 * hashUniform('test-metrics', ...parts) - 1);
  const test = (delta: number, se: number) => ({
    delta,
    se,
    ci: [delta - 1.96 * se, delta + 1.96 * se] as [number, number],
    p: Math.min(1, Math.exp(-((delta / se) ** 2))),
  });
  const aurocOf = (dataset: string, model: string, finding: string, view: string) =>
    around(0.68, 0.1, dataset, finding, view) + around(0.01, 0.03, dataset, model, finding, view);
  const gapOf = (dataset: string, model: string, finding: string) =>
    aurocOf(dataset, model, finding, 'AP') - aurocOf(dataset, model, finding, 'PA');
  const small = (finding: string, view: string | null) => {
    const which = finding === 'mean' ? 'CSN' : finding;
    const patients = which === 'CSN' ? 4 : 7 + (which.charCodeAt(0) % 9);
    const few = `few patients: ${patients} with ${which} in ${view ?? 'AP'}, 9 without ${which} in PA ${FEW}`;
    return finding === 'mean' && (view === 'PA' || view === null) ? `${NO_FIB_MEAN}; ${few}` : few;
  };
  const tested = (finding: string) => finding !== 'CSN' && finding !== 'mean';
  const method = { method_se: null, method_ci: null, method_p: null, method_df: null };
  const unknown = { se: null, ci: null, p: null, p_holm: null, ...method };

  return metrics.parse({
    schema: 1,
    datasets: datasets.map((row) => ({ ...row, images: 88, patients: 43, excluded: 0, note: null })),
    models: [...MODELS],
    seeds: [0],
    findings: [...FINDINGS],
    primary: null,
    settings: {
      from: 'model1',
      to: 'model2',
      cluster: 'patient',
      level: 0.95,
      few_patients: 50,
      no_test_below: 5,
      margin: null,
      bootstrap: 0,
      family: 'findings',
    },
    primary_tests: [],
    cells: each((dataset, finding) =>
      MODELS.flatMap((model) =>
        VIEWS.map((view) => {
          const counts = finding === 'mean' ? { n: null, positives: null } : { n: 88, positives: 17 };
          const key = { dataset, model, seed: null, finding, view, ...counts, patients: 43 };
          if (finding === 'FIB' && view === 'PA') {
            return { ...key, positives: 0, auprc: null, auroc: null, se: null, ci: null, note: NO_FIB };
          }
          const auroc = aurocOf(dataset, model, finding, view);
          const ci: [number, number] = [auroc - 0.13, auroc + 0.11];
          return { ...key, auroc, auprc: 0.3, se: 0.06, ci, note: small(finding, view) };
        }),
      ),
    ),
    gaps: each((dataset, finding) =>
      MODELS.map((model) => {
        const key = { dataset, model, seed: null, finding };
        if (finding === 'FIB') {
          return { ...key, ap_minus_pa: null, pa_minus_ap: null, abs: null, ...unknown, note: NO_FIB };
        }
        const { delta, ...rest } = test(gapOf(dataset, model, finding), 0.07);
        const gap = { ap_minus_pa: delta, pa_minus_ap: -delta, abs: Math.abs(delta) };
        const row = {
          ...key,
          ...gap,
          ...rest,
          ...method,
          p_holm: Math.min(1, 3 * rest.p),
          note: small(finding, null),
        };
        return tested(finding) ? row : { ...row, p: null, p_holm: null, note: `${row.note}; ${UNTESTED}` };
      }),
    ),
    changes: each((dataset, finding) =>
      ([...VIEWS, null] as const).map((view) => {
        const quantity = view === null ? 'gap' : 'auroc';
        const models = { from: 'model1', to: 'model2' };
        const key = {
          dataset,
          seed: null,
          finding,
          of: quantity,
          view,
          ...models,
          ...method,
          p_equivalence: null,
        };
        if (finding === 'FIB' && (view === 'PA' || view === null)) {
          return { ...key, delta: null, ...unknown, p_bh: null, note: `${NO_FIB}; ${WEIGHTS}` };
        }
        const of = (model: string) =>
          view === null ? gapOf(dataset, model, finding) : aurocOf(dataset, model, finding, view);
        const row = test(of('model2') - of('model1'), 0.045);
        const note = small(finding, view);
        const untested = { p: null, p_holm: null, p_bh: null, note: `${note}; ${UNTESTED}; ${WEIGHTS}` };
        if (!tested(finding)) return { ...key, ...row, ...untested };
        const adjusted = Math.min(1, 4 * row.p);
        return { ...key, ...row, p_holm: adjusted, p_bh: adjusted, note: `${note}; ${WEIGHTS}` };
      }),
    ),
    abs_gap_changes: each((dataset, finding) =>
      (finding === 'mean' ? ['abs_of_mean', 'mean_of_abs'] : ['abs']).map((of) => {
        const key = { dataset, seed: null, finding, of, from: 'model1', to: 'model2' };
        if (finding === 'FIB') return { ...key, delta: null, ci: null, note: `${NO_FIB}; ${WEIGHTS}` };
        const { delta, ci } = test(
          Math.abs(gapOf(dataset, 'model2', finding)) - Math.abs(gapOf(dataset, 'model1', finding)),
          0.05,
        );
        return { ...key, delta, ci, note: `${small(finding, null)}; ${WEIGHTS}` };
      }),
    ),
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
            prevalence: { AP: around(0.2, 0.05, dataset, finding), PA: finding === 'FIB' ? 0 : 0.18 },
            score_vs_view_auroc: around(0.58, 0.1, dataset, finding, model, 'view'),
            geometry_auroc: around(0.86, 0.02, dataset),
            view_probe_auroc: around(0.9, 0.1, dataset, model),
            view_probe_ci: [0.71, 0.97],
            note: finding === 'FIB' ? NO_FIB : null,
          })),
    ),
    controls: datasets.flatMap(({ dataset }) =>
      MODELS.flatMap((model) => [
        {
          dataset,
          control: 'permuted-labels',
          model,
          value: 0.4932871,
          se: 0.04,
          ci: [0.41, 0.57],
          note: null,
        },
        { dataset, control: 'identical-models', model, value: 0, se: 0, ci: null, note: null },
      ]),
    ),
    image_level: [],
    bootstrap: [],
    sensitivity: [],
    adjusted: [],
    calibration: [],
    calibration_gaps: [],
    operating_points: [],
    sources: [],
    power: [],
    roc: [],
  });
}
