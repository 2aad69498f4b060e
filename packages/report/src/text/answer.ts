import type { Metrics } from '@viewgap/contracts';
import { confidence, counted, fixed, modelName, pPhrase, signed } from './format.ts';
import { changeOf, gapOf, matches, oneSeed, rarestCell, shownSeed } from './selection.ts';

/**
 * What an interval shows about a difference: `not-shown` where it contains 0, `unknown` where there is none, or where
 * it leaves 0 out but rests on too few patients for a test.
 */
export type Verdict = 'above' | 'below' | 'not-shown' | 'unknown';

/** The plain answer for one data set, each sentence as strong as its interval allows. */
export interface Answer {
  readonly dataset: string;
  readonly better: Verdict;
  /** below: the gap narrows */
  readonly gapSize: Verdict;
  readonly sentences: readonly string[];
}

export function verdictOf(
  row: { readonly ci: Interval | null; readonly p: number | null } | undefined,
): Verdict {
  if (!row?.ci) return 'unknown';
  const [low, high] = row.ci;
  if (low <= 0 && high >= 0) return 'not-shown';
  if (row.p === null) return 'unknown';
  return low > 0 ? 'above' : 'below';
}

type Interval = readonly [number, number];

/** Answers for the primary data set alone where one was named, else for every data set. */
export function answers(metrics: Metrics): Answer[] {
  const asked = metrics.datasets.filter(
    ({ dataset }) => metrics.primary === null || dataset === metrics.primary,
  );
  return asked.map(({ dataset }) => {
    const change = changeOf(metrics, { dataset, finding: 'mean', of: 'auroc', view: 'all' });
    const size = shownSeed(metrics, metrics.abs_gap_changes).find((row) =>
      matches(row, {
        dataset,
        finding: 'mean',
        of: 'abs_of_mean',
        from: metrics.settings.from,
        to: metrics.settings.to,
      }),
    );
    const gap = changeOf(metrics, { dataset, finding: 'mean', of: 'gap', view: null });
    const better = verdictOf(change);
    // The size has no p-value of its own: it may speak where the gap may be tested.
    const gapSize = verdictOf(size && { ci: size.ci, p: gap?.p ?? null });
    return {
      dataset,
      better,
      gapSize,
      sentences: [betterSentence(metrics, dataset, better), ...gapSentences(metrics, dataset, gapSize, size)],
    };
  });
}

function betterSentence(metrics: Metrics, dataset: string, verdict: Verdict): string {
  const change = changeOf(metrics, { dataset, finding: 'mean', of: 'auroc', view: 'all' });
  const [from, to] = [modelName(metrics.settings.from), modelName(metrics.settings.to)];
  if (!change || change.delta === null || change.ci === null) {
    return `On ${dataset} it cannot be said whether ${to} is better than ${from}: ${change?.note ?? 'the change of mAUROC was not computed'}.`;
  }
  const numbers = `by ${signed(change.delta)} (${ciPhrase(metrics, change.ci)}${change.p === null ? '' : `, ${pPhrase(change.p)}`})`;
  if (verdict === 'unknown') {
    return `On ${dataset} it cannot be said whether ${to} is better than ${from}: mAUROC over AP and PA films changes ${numbers}, but ${TOO_FEW}.`;
  }
  if (verdict === 'not-shown') {
    return `On ${dataset} it is not shown that ${to} is better than ${from}: mAUROC over AP and PA films changes ${numbers}, and the interval contains 0.`;
  }
  const word = verdict === 'above' ? 'better' : 'worse';
  return `On ${dataset} ${to} is ${word} than ${from}: mAUROC over AP and PA films changes ${numbers}.`;
}

const TOO_FEW = 'that rests on too few patients for a test';

function gapSentences(
  metrics: Metrics,
  dataset: string,
  verdict: Verdict,
  size: Metrics['abs_gap_changes'][number] | undefined,
): string[] {
  const { from, to } = metrics.settings;
  const [before, after] = [from, to].map((model) => gapOf(metrics, { dataset, model, finding: 'mean' }));
  const change = changeOf(metrics, { dataset, finding: 'mean', of: 'gap', view: null });
  if (before?.ap_minus_pa == null || after?.ap_minus_pa == null || !change?.ci || change.delta === null) {
    return [
      `The gap of mAUROC cannot be compared: ${change?.note ?? before?.note ?? after?.note ?? 'it was not computed'}.`,
    ];
  }
  const p = change.p === null ? '' : `, ${pPhrase(change.p)}`;
  const moved = MOVED[verdictOf(change)];
  return [
    `Its view gap, AUROC(AP) - AUROC(PA), is ${signed(before.ap_minus_pa)} for ${modelName(from)} and ${signed(after.ap_minus_pa)} for ${modelName(to)}: ${moved} (${signed(change.delta)}, ${ciPhrase(metrics, change.ci)}${p}).`,
    narrowSentence(metrics, verdict, size),
  ];
}

const MOVED: Readonly<Record<Verdict, string>> = {
  above: 'a change that differs from 0',
  below: 'a change that differs from 0',
  'not-shown': 'a change that is not shown to differ from 0',
  unknown: 'a change that rests on too few patients for a test',
};

function narrowSentence(
  metrics: Metrics,
  verdict: Verdict,
  size: Metrics['abs_gap_changes'][number] | undefined,
): string {
  if (!size?.ci || size.delta === null) {
    return `Whether the gap narrows cannot be said: ${size?.note ?? 'the change of its size was not computed'}.`;
  }
  const numbers = `the size of the mean gap changes by ${signed(size.delta)} (${ciPhrase(metrics, size.ci)})`;
  if (verdict === 'unknown') return `Whether the gap narrows cannot be said: ${numbers}, but ${TOO_FEW}.`;
  if (verdict === 'not-shown')
    return `That the gap narrows is not shown: ${numbers}, and the interval contains 0.`;
  return verdict === 'below' ? `The gap narrows: ${numbers}.` : `The gap widens: ${numbers}.`;
}

/** How far the answer reaches. */
export function scopeSentences(metrics: Metrics): string[] {
  const sentences: string[] = [];
  if (oneSeed(metrics)) {
    sentences.push(
      'Each model was trained once (one seed), so this is about these weights only, not about the method.',
    );
  }
  const rarest = rarestCell(
    metrics,
    answers(metrics).map(({ dataset }) => dataset),
  );
  if (rarest !== null) {
    sentences.push(
      `It rests on as few as ${counted(rarest.images, `${rarest.positive ? 'positive' : 'negative'} image`)} (${rarest.finding} in ${rarest.view}): its intervals and p-values are too optimistic, the more so the fewer there are.`,
    );
  }
  if (metrics.primary === null) {
    sentences.push('No external data set was named for the two primary tests, so all of it is descriptive.');
  } else {
    const outcome = metrics.primary_tests[0]?.outcome ?? 'not_made';
    const why =
      outcome === 'not_made' ? 'is not made' : outcome === 'not_significant' ? 'is not significant' : null;
    sentences.push(
      `The two primary tests on ${metrics.primary} are read in fixed sequence${why === null ? '' : `: the first ${why}, so the second (the gap) is descriptive`}.`,
    );
  }
  return sentences;
}

function ciPhrase(metrics: Metrics, [low, high]: readonly [number, number]): string {
  return `${confidence(metrics.settings.level)} CI ${fixed(low)} to ${fixed(high)}`;
}
