import { type Interval, logitInterval } from '../interval.ts';
import { studentQuantile, studentTwoSidedP } from '../student.ts';
import { type AurocTerm, aurocOf, covarianceOf, type Moments, momentsOf } from './aurocs.ts';
import { moverInterval, moverP } from './mover.ts';
import { readersCovariance, readersOf, TESTED_SEEDS } from './seed-readers.ts';
import { misranked } from './wilson.ts';

/** How an interval and a p were made: `symmetric` also stands for the logit interval of an AUROC. */
export type Rule = 'mover' | 'symmetric';

/** What a table prints for a linear combination of AUROCs. */
export interface Inference {
  readonly value: number;
  readonly se: number;
  /** degrees of freedom of Student's distribution */
  readonly df: number;
  readonly clusters: number;
  /** null where no influence is left, as in the difference of two identical models */
  readonly interval: Interval | null;
  /** of "it is 0"; null for an AUROC, and where there is too little to test */
  readonly p: number | null;
  readonly rule: Rule;
}

export interface InferenceQuestion {
  readonly terms: readonly AurocTerm[];
  /** of each cluster, as from strataOf */
  readonly strata: Uint8Array;
  /** `auroc`: weights above 0 that add up to 1, an interval within [0, 1], no test; `difference`: signed, tested */
  readonly kind: 'auroc' | 'difference';
  readonly level: number;
}

/** Below this many patients of a class in any cell there is an interval but no p: see studies/statistics/few-patients.ts. */
export const FEWEST_TESTED = 5;

/** From these sizes on the symmetric interval holds as often as MOVER's: see isLarge. */
const LARGE = { patients: 150, misranked: 15 };

/**
 * Interval and test for these weights: errors from the clusters alone.
 * @returns null where there is one cluster
 */
export function inferWeights(question: InferenceQuestion): Inference | null {
  const { terms, strata } = question;
  const moments = momentsOf(terms, strata);
  return moments && inferred(question, moments, true, () => covarianceOf(terms, null));
}

/**
 * Interval and test for the method, which could be trained with other seeds: errors from clusters and seeds. With three
 * or four seeds the interval is descriptive and there is no p.
 * @returns null below three seeds, or where there is one cluster
 */
export function inferMethod(question: InferenceQuestion): Inference | null {
  const { terms, strata } = question;
  const moments = momentsOf(terms, strata);
  const readers = moments && readersOf(terms, moments, strata);
  if (!moments || !readers) return null;
  const tested = (terms[0]?.seeds.length as number) >= TESTED_SEEDS;
  const error = { ...moments, variance: readers.variance, df: readers.df };
  return inferred(question, error, tested, () => readersCovariance(terms, readers.patients > 0));
}

function inferred(
  { terms, kind, level }: InferenceQuestion,
  { value, variance, df, clusters }: Moments,
  tested: boolean,
  covariance: () => Float64Array[],
): Inference {
  const se = Math.sqrt(variance);
  const rule: Rule = isLarge(terms) ? 'symmetric' : 'mover';
  const whole = { value, se, df, clusters, rule };
  const enough = tested && kind === 'difference' && terms.every(({ rarer }) => rarer >= FEWEST_TESTED);
  // Without any error the terms are all 0 or 1, which Wilson's intervals can tell something of, or they cancel.
  if (se === 0 && !terms.every((term) => [0, 1].includes(aurocOf(term)))) {
    return { ...whole, interval: null, p: null };
  }
  if (rule === 'symmetric') {
    const half = studentQuantile((1 + level) / 2, df) * se;
    return {
      ...whole,
      interval: kind === 'auroc' ? logitInterval(value, se, level, df) : [value - half, value + half],
      p: enough ? studentTwoSidedP(value / se, df) : null,
    };
  }
  const parts = terms.map((term) => ({ weight: term.weight, auroc: aurocOf(term), rarer: term.rarer }));
  const matrix = covariance();
  return {
    ...whole,
    interval: moverInterval(parts, matrix, level, df),
    p: enough ? moverP(parts, matrix, level, df) : null,
  };
}

/**
 * Whether the symmetric interval of Student's t may be used. The patients of the rarer class, and those of them that are
 * expected on the wrong side, must reach a bound: at an AUROC of .98 even 100 positives show 2 of these, and Student's t
 * leaves out the truth of a gap in 7 to 10 %. Cells are taken together by sum |w| / sum (w^2 / n), which for one finding
 * is the harmonic mean of the cells and for a mean over findings their number times it.
 */
export function isLarge(terms: readonly AurocTerm[]): boolean {
  const together = (sizeOf: (term: AurocTerm) => number) => {
    const weights = terms.reduce((sum, { weight }) => sum + Math.abs(weight), 0);
    return weights / terms.reduce((sum, term) => sum + term.weight ** 2 / sizeOf(term), 0);
  };
  return (
    together(({ rarer }) => rarer) >= LARGE.patients &&
    together((term) => misranked(aurocOf(term), term.rarer)) >= LARGE.misranked
  );
}
