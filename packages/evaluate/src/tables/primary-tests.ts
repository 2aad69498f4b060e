import type { EvaluateConfig } from '@viewgap/contracts';
import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { tableOf } from '../contrasts/table.ts';
import { MEAN } from '../study/study.ts';
import { table as changes } from './changes.ts';

type PrimaryTest = MetricsRow<'primary_tests'>;

type Change = MetricsRow<'changes'>;

export const table = tableOf(METRICS_TABLES.primary_tests, (task) =>
  primaryTests(task.rowsOf(changes), task.config),
);

/** The quantities of the two primary tests, in their order. */
const STEPS = [
  { of: 'auroc', view: 'all', what: 'mAUROC over AP and PA' },
  { of: 'gap', view: null, what: 'the AP-PA gap of mAUROC' },
] as const;

const ALPHA = 0.05;

/**
 * The primary tests on the one data set that was named before: the change of mAUROC, and, only where that is
 * significant at 5 %, the change of its gap. In this order each may be tested at 5 % without adjustment.
 * @param changes of a data set; none of the tests is made where it is not the one that was named
 */
function primaryTests(
  changes: readonly Change[],
  { primary, from, to, margin }: Pick<EvaluateConfig, 'primary' | 'from' | 'to' | 'margin'>,
): PrimaryTest[] {
  const tests: PrimaryTest[] = [];
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
  change: Change,
  open: boolean,
  margin: number | null,
): PrimaryTest {
  const ofMethod = change.method_p !== null;
  const [se, ci, p] = ofMethod
    ? [change.method_se, change.method_ci, change.method_p]
    : [change.se, change.ci, change.p];
  const outcome =
    p === null ? 'not_made' : !open ? 'descriptive' : p < ALPHA ? 'significant' : 'not_significant';
  const test: Omit<PrimaryTest, 'sentence'> = {
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

function sentenceOf(what: string, test: Omit<PrimaryTest, 'sentence'>): string {
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
