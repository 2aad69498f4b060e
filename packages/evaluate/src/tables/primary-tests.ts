import {
  ConfigError,
  type EvaluateConfig,
  type MetricsChange,
  type MetricsPrimaryTest,
  nearestName,
} from '@viewgap/contracts';
import { MEAN } from '../study/study.ts';

/** The quantities of the two primary tests, in their order. */
const STEPS = [
  { of: 'auroc', view: 'all', what: 'mAUROC over AP and PA' },
  { of: 'gap', view: null, what: 'the AP-PA gap of mAUROC' },
] as const;

const ALPHA = 0.05;

/**
 * The primary tests on the one data set that was named before: the change of mAUROC, and, only where that is
 * significant at 5 %, the change of its gap. In this order each may be tested at 5 % without adjustment.
 * @param changes of that comparison, of every data set
 * @throws ConfigError where no data set has the name
 */
export function primaryTests(
  datasets: readonly string[],
  changes: readonly MetricsChange[],
  { primary, from, to, margin }: Pick<EvaluateConfig, 'primary' | 'from' | 'to' | 'margin'>,
): MetricsPrimaryTest[] {
  if (primary === null) return [];
  if (!datasets.includes(primary)) {
    throw new ConfigError(
      'the predictions hold no data set of evaluate.primary',
      primary,
      nearestName(primary, datasets),
    );
  }
  const tests: MetricsPrimaryTest[] = [];
  for (const [index, { of, view, what }] of STEPS.entries()) {
    const change = changes.find(
      (row) =>
        row.dataset === primary &&
        row.finding === MEAN &&
        row.of === of &&
        row.view === view &&
        row.from === from &&
        row.to === to,
    );
    if (change === undefined) return [];
    const open = tests.every(({ outcome }) => outcome === 'significant');
    tests.push(primaryTest(index + 1, what, change, open, margin));
  }
  return tests;
}

function primaryTest(
  step: number,
  what: string,
  change: MetricsChange,
  open: boolean,
  margin: number | null,
): MetricsPrimaryTest {
  const ofMethod = change.method_p !== null;
  const [se, ci, p] = ofMethod
    ? [change.method_se, change.method_ci, change.method_p]
    : [change.se, change.ci, change.p];
  const outcome =
    p === null ? 'not_made' : !open ? 'descriptive' : p < ALPHA ? 'significant' : 'not_significant';
  const test: Omit<MetricsPrimaryTest, 'sentence'> = {
    step,
    dataset: change.dataset,
    of: change.of === 'gap' ? 'change_of_gap' : 'change_of_auroc',
    model: null,
    from: change.from,
    to: change.to,
    finding: change.finding,
    view: change.view,
    delta: change.delta,
    se,
    ci,
    p,
    basis: ofMethod ? 'method' : 'weights',
    outcome,
    margin,
    p_equivalence: change.p_equivalence,
    note: change.note,
  };
  return { ...test, sentence: sentenceOf(what, test) };
}

function sentenceOf(what: string, test: Omit<MetricsPrimaryTest, 'sentence'>): string {
  const { dataset, from, to, delta, ci, p, outcome, margin, p_equivalence } = test;
  const models = `from ${from} to ${to} on ${dataset}`;
  if (delta === null || ci === null || p === null) return `The change of ${what} ${models} cannot be tested.`;
  const numbers = `${signed(delta)} (95 % CI ${signed(ci[0])} to ${signed(ci[1])}, p ${p < 0.0001 ? '< 0.0001' : `= ${p.toFixed(4)}`})`;
  const verdict = {
    significant: `differs from 0 at the 5 % level`,
    not_significant: 'is not shown to differ from 0',
    descriptive: 'is described only, because the test before it was not significant',
    not_made: 'cannot be tested',
  }[outcome];
  const scope = test.basis === 'weights' ? ', for these weights only' : '';
  const small = margin !== null && p_equivalence !== null && p_equivalence < ALPHA;
  const equivalence =
    margin === null
      ? ''
      : small
        ? ` It changed by less than ${margin} (p ${p_equivalence < 0.0001 ? '< 0.0001' : `= ${p_equivalence.toFixed(4)}`}).`
        : ` That it changed by less than ${margin} is not shown.`;
  return `The change of ${what} ${models} ${verdict}${scope}: ${numbers}.${equivalence}`;
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;
}
