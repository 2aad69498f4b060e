import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import {
  type DelongCurve,
  type DelongTest,
  delong,
  delongInterval,
  delongMean,
  delongPaired,
  delongUnpaired,
  delongVariance,
  normalInterval,
} from '@viewgap/stats';
import { compare } from '../contrasts/comparison.ts';
import type { Contrasts } from '../contrasts/estimates.ts';
import { bounds } from '../contrasts/inference.ts';
import { aurocSubjects, changeSubjects, gapSubjects, type Subject } from '../contrasts/quantity.ts';
import { tableApart } from '../contrasts/table.ts';
import type { CellView } from '../study/label-counts.ts';
import { MEAN } from '../study/study.ts';

type ImageLevel = MetricsRow<'image_level'>;

export const table = tableApart(METRICS_TABLES.image_level, ({ study, contrasts, pairs, reading }) => {
  const { models, findings } = study;
  const subjects = [
    ...models.flatMap((model) => aurocSubjects(model, findings)),
    ...models.flatMap((model) => gapSubjects(model, findings)),
    ...pairs.flatMap(([from, to]) => changeSubjects(from, to, findings)),
  ];
  return imageLevelRows(contrasts, subjects, reading.level);
});

/** DeLong's errors and tests of the subjects that it has one for: AUROCs, gaps, and changes of AUROC; no means. */
function imageLevelRows(contrasts: Contrasts, subjects: readonly Subject[], level: number): ImageLevel[] {
  const curves = new Map<string, DelongCurve | null>();
  const curveOf: Curves = (model, seeds, finding, view) => {
    const key = JSON.stringify([model, seeds, finding, view]);
    const curve = curves.get(key) ?? makeCurve(contrasts, model, seeds, finding, view);
    curves.set(key, curve);
    return curve;
  };
  return subjects
    .filter(({ of, finding, view }) => of !== 'change_of_gap' && finding !== MEAN && view !== 'mean')
    .map((subject) => ({
      dataset: contrasts.dataset.name,
      ...subject,
      ...numbers(contrasts, curveOf, subject, level),
    }));
}

/** The curve of a model's seeds for one finding and view; null where it cannot be had. */
type Curves = (
  model: string,
  seeds: readonly number[],
  finding: string,
  view: CellView,
) => DelongCurve | null;

type Numbers = Pick<ImageLevel, 'estimate' | 'se' | 'ci_low' | 'ci_high' | 'p' | 'note'>;

function numbers(contrasts: Contrasts, curveOf: Curves, subject: Subject, level: number): Numbers {
  const view = subject.view === 'AP' || subject.view === 'PA' ? subject.view : 'all';
  const { model, from_model: from, to_model: to, finding } = subject;
  const curve = (of: string, seeds: readonly number[], view: CellView) => curveOf(of, seeds, finding, view);
  if (subject.of === 'auroc') {
    return ofCurve(curve(model ?? '', contrasts.levelSeeds(model ?? ''), view), level);
  }
  if (subject.of === 'gap') {
    const [ap, pa] = (['AP', 'PA'] as const).map((v) =>
      curve(model ?? '', contrasts.levelSeeds(model ?? ''), v),
    );
    return ofTest(ap && pa ? delongUnpaired(ap, pa) : null, level);
  }
  const { seeds } = compare(contrasts, from ?? '', to ?? '');
  const [before, after] = [from, to].map((of) => curve(of ?? '', seeds, view));
  return ofTest(before && after ? delongPaired(before, after) : null, level);
}

const NOTHING = 'a class of one image or none';

function ofCurve(curve: DelongCurve | null, level: number): Numbers {
  const variance = curve === null ? null : delongVariance(curve);
  if (curve === null || variance === null)
    return { estimate: null, se: null, ...bounds('ci', null), p: null, note: NOTHING };
  const { auroc } = curve;
  return {
    estimate: auroc,
    se: Math.sqrt(variance),
    ...bounds('ci', delongInterval(auroc, variance, level)),
    p: null,
    note: null,
  };
}

function ofTest(test: DelongTest | null, level: number): Numbers {
  if (test === null) return { estimate: null, se: null, ...bounds('ci', null), p: null, note: NOTHING };
  const { difference, se, p } = test;
  const note = p === null ? 'standard error is 0: no interval and no test' : null;
  const ci = p === null ? null : normalInterval(difference, se, level);
  return { estimate: difference, se, ...bounds('ci', ci), p, note };
}

function makeCurve(
  contrasts: Contrasts,
  model: string,
  seeds: readonly number[],
  finding: string,
  view: CellView,
): DelongCurve | null {
  const code = contrasts.code(finding, view);
  const curves = seeds.map((seed) => {
    const scores = contrasts.scores(model, seed, finding);
    return scores === null ? null : delong(scores, code);
  });
  const [first, ...more] = curves.filter((curve) => curve !== null);
  return first === undefined || more.length + 1 < curves.length ? null : delongMean([first, ...more]);
}
