import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { changeOf, compare } from '../contrasts/comparison.ts';
import { type Inferred, infer } from '../contrasts/inference.ts';
import { withinMargin } from '../contrasts/margin.ts';
import { type Narrowing, narrowingOf } from '../contrasts/narrowing.ts';
import { joinNotes } from '../contrasts/notes.ts';
import { meanOfFindings, primaryFindings } from '../contrasts/primary-findings.ts';
import { seeded } from '../contrasts/seeded.ts';
import { type DatasetTask, tableOf } from '../contrasts/table.ts';
import { MEAN } from '../study/study.ts';

type PrimaryTest = MetricsRow<'primary_tests'>;

/**
 * The primary tests on the one data set that was named before: the change of the mean of AP's and PA's mAUROC, and, only
 * where that favours the second model, whether the gap narrows. In this order each may be tested at the full level.
 */
export const table = tableOf(METRICS_TABLES.primary_tests, (task) =>
  task.contrasts.dataset.name === task.config.primary && task.pairs.length > 0 ? primaryTests(task) : [],
);

function primaryTests({ contrasts, config, reading, notes }: DatasetTask): PrimaryTest[] {
  const { from, to, margin } = config;
  const comparison = compare(contrasts, from, to);
  const findings = primaryFindings(contrasts, config.primaryMinimum, reading);
  const of = meanOfFindings(findings, config.primaryMinimum);
  const inBothViews = infer(
    seeded(comparison.seeds, (seeds) =>
      of(changeOf(contrasts, { ...comparison, seeds }, { of: 'change_of_auroc', view: 'mean' })),
    ),
    'difference',
    reading,
  );
  const narrowing = narrowingOf(contrasts, comparison, of, reading, margin);
  const said = [...comparison.notes, ...notes];
  const first = firstTest(inBothViews, reading.level);
  const second = secondTest(narrowing, first === 'favours');
  const row = (
    step: number,
    inferred: Inferred,
    rest: Pick<PrimaryTest, 'of' | 'view' | 'outcome' | 'sentence'> & { readonly p: number | null },
  ): PrimaryTest => ({
    step,
    dataset: contrasts.dataset.name,
    model: null,
    from_model: from,
    to_model: to,
    finding: MEAN,
    findings,
    ...inferred.contrast,
    within_margin: withinMargin(inferred.contrast, margin),
    margin,
    ...inferred.weights,
    ...rest,
    note: joinNotes([inferred.note, ...said]),
  });
  const words = { from, to, dataset: contrasts.dataset.name, level: reading.level, margin };
  return [
    row(1, inBothViews, {
      of: 'change_of_auroc',
      view: 'mean',
      p: inBothViews.contrast.p,
      outcome: first,
      sentence: firstSentence(words, inBothViews, first),
    }),
    row(2, narrowing.change, {
      of: 'change_of_gap',
      view: null,
      p: narrowing.p,
      outcome: second,
      sentence: secondSentence(words, narrowing, second),
    }),
  ];
}

type Result = PrimaryTest['outcome'];

function firstTest({ contrast: { estimate, p } }: Inferred, level: number): Result {
  if (estimate === null || p === null) return 'not_made';
  if (p >= 1 - level) return 'not_shown';
  return estimate > 0 ? 'favours' : 'against';
}

function secondTest({ outcome }: Narrowing, open: boolean): Result {
  if (outcome === 'not_tested') return 'not_made';
  if (!open) return 'descriptive';
  if (outcome === 'narrows') return 'favours';
  return outcome === 'widens' ? 'against' : 'not_shown';
}

interface Words {
  readonly from: string;
  readonly to: string;
  readonly dataset: string;
  readonly level: number;
  readonly margin: number | null;
}

const ENDPOINT = "the mean of AP's and PA's mAUROC";

function firstSentence({ from, to, dataset, level }: Words, change: Inferred, result: Result): string {
  const models = `from ${from} to ${to} on ${dataset}`;
  if (result === 'not_made')
    return `A change of ${ENDPOINT} ${models} cannot be tested${because(change, level)}.`;
  const numbers = `${interval(change, level)}, ${pText(change.contrast.p)}`;
  const scope = scopeOf(change);
  if (result === 'not_shown') return `A change of ${ENDPOINT} ${models} is not shown${scope}: ${numbers}.`;
  const moves = result === 'favours' ? 'rises' : 'falls';
  return `${capital(ENDPOINT)} ${moves} ${models}${scope}: ${numbers}.`;
}

function secondSentence(words: Words, narrowing: Narrowing, result: Result): string {
  const { from, to, dataset, level, margin } = words;
  const { change, changes, p, outcome } = narrowing;
  const gap = `the AP-PA gap of mAUROC from ${from} to ${to} on ${dataset}`;
  if (result === 'not_made') return `A change of ${gap} cannot be tested${because(change, level)}.`;
  const numbers = `${interval(change, level)}, ${pText(p)}`;
  const scope = scopeOf(change);
  if (result === 'descriptive') {
    return `The change of ${gap} is described only, because the test before it does not favour ${to}${scope}: ${interval(change, level)}.`;
  }
  const views = `AP changes by ${interval(changes.AP, level)}, PA by ${interval(changes.PA, level)}`;
  const sentences = {
    narrows: `The size of ${gap} is smaller, and neither view loses ${margin} or more: it narrows${scope}: ${numbers}; ${views}.`,
    widens: `The size of ${gap} is larger: it widens${scope}: ${numbers}; ${views}.`,
    smaller_but_a_view_may_lose: `The size of ${gap} is smaller, but that a view loses ${margin} or more is not excluded, so that it is not said to narrow${scope}: ${numbers}; ${views}.`,
    smaller_no_margin: `The size of ${gap} is smaller; without a declared margin it is not said to narrow, because a view may have been given up for it${scope}: ${numbers}; ${views}.`,
    not_shown: `That the size of ${gap} changes is not shown${scope}: ${numbers}.`,
  } as const;
  const sentence = outcome === 'not_tested' ? '' : sentences[outcome];
  const equivalent = withinMargin(change.contrast, margin);
  if (equivalent === null) return sentence;
  return `${sentence} ${equivalent ? `The gap changed by less than ${margin}.` : `That the gap changed by less than ${margin} is not shown.`}`;
}

/** Why there is no test, and the number that there is. */
function because(change: Inferred, level: number): string {
  const { contrast, note } = change;
  const why = note === null ? '' : ` (${note})`;
  return contrast.estimate === null ? why : `${why}: ${interval(change, level)}`;
}

function scopeOf({ contrast }: Inferred): string {
  return contrast.basis === 'weights' ? ', for these weights only' : '';
}

function interval({ contrast: { estimate, ci_low, ci_high } }: Inferred, level: number): string {
  if (estimate === null) return 'not estimated';
  if (ci_low === null || ci_high === null) return signed(estimate);
  return `${signed(estimate)} (${Number((100 * level).toPrecision(4))} % CI ${signed(ci_low)} to ${signed(ci_high)})`;
}

function pText(p: number | null): string {
  if (p === null) return 'no test';
  return `p ${p < 0.0001 ? '< 0.0001' : `= ${p.toFixed(4)}`}`;
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
