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
import { aurocSubjects, changeSubjects, gapSubjects, type Subject } from '../contrasts/quantity.ts';
import { READING } from '../contrasts/summary.ts';
import { tableOf } from '../contrasts/table.ts';
import type { CellView } from '../study/label-counts.ts';
import { MEAN } from '../study/study.ts';

type ImageLevel = MetricsRow<'image_level'>;

export const table = tableOf(METRICS_TABLES.image_level, ({ study, contrasts, pairs }) => {
  const { models, findings } = study;
  const subjects = [
    ...models.flatMap((model) => aurocSubjects(model, findings)),
    ...models.flatMap((model) => gapSubjects(model, findings)),
    ...pairs.flatMap(([from, to]) => changeSubjects(from, to, findings)),
  ];
  return imageLevelRows(contrasts, subjects, READING.level);
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
    .filter(({ of, finding }) => of !== 'change_of_gap' && finding !== MEAN)
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

type Numbers = Pick<ImageLevel, 'value' | 'se' | 'ci' | 'p' | 'note'>;

function numbers(contrasts: Contrasts, curveOf: Curves, subject: Subject, level: number): Numbers {
  const { model, from, to, finding } = subject;
  const curve = (of: string, seeds: readonly number[], view: CellView) => curveOf(of, seeds, finding, view);
  if (subject.of === 'auroc') {
    return ofCurve(curve(model ?? '', contrasts.seeds(model ?? ''), subject.view ?? 'all'), level);
  }
  if (subject.of === 'gap') {
    const [ap, pa] = (['AP', 'PA'] as const).map((v) => curve(model ?? '', contrasts.seeds(model ?? ''), v));
    return ofTest(ap && pa ? delongUnpaired(ap, pa) : null, level);
  }
  const { seeds } = compare(contrasts, from ?? '', to ?? '');
  const [before, after] = [from, to].map((of) => curve(of ?? '', seeds, subject.view ?? 'all'));
  return ofTest(before && after ? delongPaired(before, after) : null, level);
}

const NOTHING = 'a class of one image or none';

function ofCurve(curve: DelongCurve | null, level: number): Numbers {
  const variance = curve === null ? null : delongVariance(curve);
  if (curve === null || variance === null) return { value: null, se: null, ci: null, p: null, note: NOTHING };
  const { auroc } = curve;
  return {
    value: auroc,
    se: Math.sqrt(variance),
    ci: delongInterval(auroc, variance, level),
    p: null,
    note: null,
  };
}

function ofTest(test: DelongTest | null, level: number): Numbers {
  if (test === null) return { value: null, se: null, ci: null, p: null, note: NOTHING };
  const { difference, se, p } = test;
  const note = p === null ? 'standard error is 0: no interval and no test' : null;
  return { value: difference, se, ci: p === null ? null : normalInterval(difference, se, level), p, note };
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
