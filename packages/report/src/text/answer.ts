import type { Metrics } from '@viewgap/contracts';
import type { MetricsRow } from '@viewgap/contracts/metrics';
import { confidence, counted, fixed, modelName, pPhrase, signed } from './format.ts';
import { changeOf, ciOf, clusterNoun, matches, oneSeed, rarestCell } from './selection.ts';

/** What an interval and its test show about a difference: `unknown` where there is no interval or no test. */
export type Verdict = 'above' | 'below' | 'not-shown' | 'unknown';

/**
 * What is shown about the size of the gap: `narrower` where it is smaller and no view loses the margin, `smaller` where
 * a loss is not excluded, `descriptive` where the test before it does not favour the second model.
 */
export type GapVerdict = 'narrower' | 'smaller' | 'wider' | 'not-shown' | 'descriptive' | 'unknown';

/** The plain answer for one data set, each sentence as strong as its test allows. */
export interface Answer {
  readonly dataset: string;
  /** of the mean of AP's and PA's mAUROC */
  readonly better: Verdict;
  readonly change: Tested | undefined;
  readonly gap: GapVerdict;
  readonly narrowing: MetricsRow<'narrowing'> | undefined;
  readonly sentences: readonly string[];
}

/** A row with an estimate and its test. */
type Tested = Pick<
  MetricsRow<'changes'>,
  'estimate' | 'ci_low' | 'ci_high' | 'p' | 'basis' | 'note' | 'seed' | 'clusters'
>;

export function verdictOf(row: Pick<Tested, 'ci_low' | 'ci_high' | 'p'> | undefined, level: number): Verdict {
  const ci = ciOf(row);
  if (row === undefined || ci === null) return 'unknown';
  const [low, high] = ci;
  if (row.p === null) return low <= 0 && high >= 0 ? 'not-shown' : 'unknown';
  if (row.p >= 1 - level) return 'not-shown';
  return low + high > 0 ? 'above' : 'below';
}

/** Answers for the primary data set alone where one was named, else for every data set. */
export function answers(metrics: Metrics): Answer[] {
  const asked = metrics.datasets.filter(
    ({ dataset }) => metrics.primary === null || dataset === metrics.primary,
  );
  return asked.map(({ dataset }) => {
    const [first, second] = [1, 2].map((step) =>
      metrics.primary_tests.find((row) => matches(row, { dataset, step })),
    );
    const change = first
      ? { ...first, seed: null }
      : changeOf(metrics, { dataset, finding: 'mean', of: 'change_of_auroc', view: 'mean' });
    const narrowing = narrowingOf(metrics, dataset);
    const better = verdictOf(change, metrics.settings.level);
    const gap = second?.outcome === 'descriptive' ? 'descriptive' : GAPS[narrowing?.outcome ?? 'not_tested'];
    return {
      dataset,
      better,
      change,
      gap,
      narrowing,
      sentences: [
        betterSentence(metrics, dataset, better, change),
        ...pooledSentence(metrics, dataset),
        ...gapSentences(metrics, gap, narrowing),
      ],
    };
  });
}

const GAPS: Readonly<Record<MetricsRow<'narrowing'>['outcome'], GapVerdict>> = {
  narrows: 'narrower',
  widens: 'wider',
  smaller_but_a_view_may_lose: 'smaller',
  smaller_no_margin: 'smaller',
  not_shown: 'not-shown',
  not_tested: 'unknown',
};

/** Over the primary findings where the data set is the primary one, else over those that can be estimated. */
function narrowingOf(metrics: Metrics, dataset: string): MetricsRow<'narrowing'> | undefined {
  const { from, to } = metrics.settings;
  const rows = metrics.narrowing.filter((row) => matches(row, { dataset, from_model: from, to_model: to }));
  return rows.find(({ finding }) => finding === 'primary') ?? rows.find(({ finding }) => finding === 'mean');
}

const ENDPOINT = "the mean of AP's and PA's mAUROC";

function betterSentence(
  metrics: Metrics,
  dataset: string,
  verdict: Verdict,
  change: Tested | undefined,
): string {
  const [from, to] = [modelName(metrics.settings.from), modelName(metrics.settings.to)];
  const ci = ciOf(change);
  if (change === undefined || change.estimate === null || ci === null) {
    return `On ${dataset} it cannot be said whether ${to} is better than ${from}: ${reason(change?.note) ?? `the change of ${ENDPOINT} was not computed`}.`;
  }
  const numbers = `by ${signed(change.estimate)} (${ciPhrase(metrics, ci)}${change.p === null ? '' : `, ${pPhrase(change.p)}`})`;
  if (verdict === 'unknown') {
    return `On ${dataset} it cannot be said whether ${to} is better than ${from}: ${ENDPOINT} changes ${numbers}, but ${untested(metrics, change)}.`;
  }
  if (verdict === 'not-shown') {
    return `On ${dataset} it is not shown that ${to} is better than ${from}: ${ENDPOINT} changes ${numbers}.`;
  }
  const word = verdict === 'above' ? 'better' : 'worse';
  return `On ${dataset} ${to} is ${word} than ${from}: ${ENDPOINT} changes ${numbers}.`;
}

/** A note begins with why there is no number. */
function reason(note: string | null | undefined): string | undefined {
  return note?.split('; ')[0];
}

/** Why an interval has no test. */
function untested(metrics: Metrics, { basis }: Pick<Tested, 'basis'>): string {
  return basis === 'method' && metrics.seeds.length < 5
    ? `${counted(metrics.seeds.length, 'seed')} are too few for a test`
    : `it rests on too few ${clusterNoun(metrics)}s for a test`;
}

/** The abstract's comparison, which a model can win by knowing the view. */
function pooledSentence(metrics: Metrics, dataset: string): string[] {
  const pooled = changeOf(metrics, { dataset, finding: 'mean', of: 'change_of_auroc', view: 'all' });
  const ci = ciOf(pooled);
  if (pooled === undefined || pooled.estimate === null || ci === null) return [];
  return [
    `Over AP and PA films pooled, which also rewards a model for knowing the view, mAUROC changes by ${signed(pooled.estimate)} (${ciPhrase(metrics, ci)}).`,
  ];
}

function gapSentences(
  metrics: Metrics,
  verdict: GapVerdict,
  row: MetricsRow<'narrowing'> | undefined,
): string[] {
  const { from, to } = metrics.settings;
  if (row === undefined || row.gap_from === null || row.gap_to === null || row.change_of_gap === null) {
    return [`The gap of mAUROC cannot be compared: ${reason(row?.note) ?? 'it was not computed'}.`];
  }
  const change = changePhrase(
    metrics,
    row.change_of_gap,
    row.change_of_gap_ci_low,
    row.change_of_gap_ci_high,
  );
  return [
    `Its view gap, AUROC(AP) - AUROC(PA), is ${signed(row.gap_from)} for ${modelName(from)} and ${signed(row.gap_to)} for ${modelName(to)}, a change of ${change}.`,
    narrowSentence(metrics, verdict, row),
  ];
}

function narrowSentence(metrics: Metrics, verdict: GapVerdict, row: MetricsRow<'narrowing'>): string {
  const { margin } = metrics.settings;
  const views = `AP changes by ${changePhrase(metrics, row.change_ap, row.change_ap_ci_low, row.change_ap_ci_high)}, PA by ${changePhrase(metrics, row.change_pa, row.change_pa_ci_low, row.change_pa_ci_high)}`;
  const p = row.p === null ? '' : ` (${pPhrase(row.p)})`;
  return {
    narrower: `The gap narrows${p}, and neither view loses ${margin}: ${views}.`,
    smaller: `The gap is smaller${p}, but it is not said to narrow, because ${margin === null ? 'no margin was declared that would exclude a loss in a view' : `a loss of ${margin} in a view is not excluded`}: ${views}.`,
    wider: `The gap widens${p}: ${views}.`,
    'not-shown': `That the gap narrows is not shown${p}: ${views}.`,
    descriptive: `Whether the gap narrows is not tested, because ${modelName(metrics.settings.to)} is not shown to be better: ${views}.`,
    unknown: `Whether the gap narrows cannot be said, because ${untested(metrics, row)}: ${views}.`,
  }[verdict];
}

function changePhrase(
  metrics: Metrics,
  estimate: number | null,
  ci_low: number | null,
  ci_high: number | null,
): string {
  const ci = ciOf({ ci_low, ci_high });
  if (estimate === null) return 'n/a';
  return ci === null ? signed(estimate) : `${signed(estimate)} (${ciPhrase(metrics, ci)})`;
}

/** How far the answer reaches. */
export function scopeSentences(metrics: Metrics): string[] {
  const asked = answers(metrics);
  const sentences: string[] = [];
  if (oneSeed(metrics)) {
    sentences.push(
      'Each model was trained once (one seed), so this is about these weights only, not about the method.',
    );
  } else if (asked.some(({ change }) => change?.basis === 'weights')) {
    sentences.push(
      `Each model was trained with ${counted(metrics.seeds.length, 'seed')}, too few to tell how much another training would differ, so this is about these weights only, not about the method.`,
    );
  }
  const rarest = rarestCell(
    metrics,
    asked.map(({ dataset }) => dataset),
  );
  if (rarest !== null) {
    sentences.push(
      `It rests on as few as ${counted(rarest.images, `${rarest.positive ? 'positive' : 'negative'} image`)} (${rarest.finding} in ${rarest.view}).`,
    );
  }
  if (metrics.primary === null) {
    sentences.push('No external data set was named for the two primary tests, so all of it is descriptive.');
  } else {
    const [first] = metrics.primary_tests;
    const outcome = first?.outcome ?? 'not_made';
    const why = outcome === 'favours' ? null : FIRST_TEST[outcome];
    const of = first && first.findings.length > 0 ? ` over ${first.findings.join(', ')}` : '';
    sentences.push(
      `The two primary tests on ${metrics.primary}${of} are read in fixed sequence${why === null ? '' : `: the first ${why}, so the second (the gap) is descriptive`}.`,
    );
  }
  return sentences;
}

const FIRST_TEST = {
  against: 'is against the second model',
  not_shown: 'shows nothing',
  descriptive: 'is descriptive',
  not_made: 'is not made',
} as const;

function ciPhrase(metrics: Metrics, [low, high]: readonly [number, number]): string {
  return `${confidence(metrics.settings.level)} CI ${fixed(low)} to ${fixed(high)}`;
}
