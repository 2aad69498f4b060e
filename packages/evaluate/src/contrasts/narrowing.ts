import { type Direction, gapDirection } from '@viewgap/stats';
import type { Comparison } from './comparison.ts';
import { type Contrast, type Contrasts, difference, linear } from './estimates.ts';
import { type Inferred, infer } from './inference.ts';
import { notBelowMargin } from './margin.ts';
import type { Reading } from './reading.ts';
import { seeded } from './seeded.ts';

export type Outcome =
  | 'narrows'
  | 'widens'
  | 'smaller_but_a_view_may_lose'
  | 'smaller_no_margin'
  | 'not_shown'
  | 'not_tested';

/** What is known of a change of the size of the gap. */
export interface Narrowing {
  readonly gapFrom: number | null;
  readonly gapTo: number | null;
  /** of gap2 - gap1 and of gap1 + gap2 */
  readonly change: Inferred;
  readonly sum: Inferred;
  /** the larger of their p */
  readonly p: number | null;
  readonly changes: Readonly<Record<'AP' | 'PA', Inferred>>;
  readonly noViewLoses: boolean | null;
  readonly outcome: Outcome;
}

/** A number of one finding, or a mean over findings. */
export type OfFindings = (of: (finding: string) => Contrast) => Contrast;

/**
 * Whether the gap narrows. With d = gap2 - gap1 and s = gap1 + gap2, |gap2| < |gap1| is the same as d s < 0: it is shown
 * where d and s both differ from 0 and have opposite signs. Each is tested at the full level, and so is "this view does
 * not lose the margin": all of them must hold (intersection-union, Berger, Technometrics 1982). Without a margin a gap
 * that is smaller because one view is read worse could not be told from one that narrows.
 */
export function narrowingOf(
  contrasts: Contrasts,
  { from, to, seeds }: Comparison,
  of: OfFindings,
  reading: Reading,
  margin: number | null,
): Narrowing {
  const gap = (model: string, own: readonly number[]) => of((finding) => contrasts.gap(model, own, finding));
  const ofGaps = (combine: (to: Contrast, from: Contrast) => Contrast) =>
    infer(
      seeded(seeds, (own) => combine(gap(to, own), gap(from, own))),
      'difference',
      reading,
    );
  const inView = (view: 'AP' | 'PA') =>
    infer(
      seeded(seeds, (own) =>
        of((finding) => {
          const [after, before] = [to, from].map((model) => contrasts.auroc(model, own, finding, view));
          return difference(after as Contrast, before as Contrast);
        }),
      ),
      'difference',
      reading,
    );
  const change = ofGaps(difference);
  const sum = ofGaps((after, before) => linear([after, before], [1, 1]));
  const changes = { AP: inView('AP'), PA: inView('PA') };
  const kept = [changes.AP, changes.PA].map(({ contrast }) => notBelowMargin(contrast, margin));
  const noViewLoses = kept.includes(null) ? null : kept.every((one) => one === true);
  const { direction, p } = gapDirection(testedOf(change), testedOf(sum));
  return {
    gapFrom: gap(from, seeds).estimate?.value ?? null,
    gapTo: gap(to, seeds).estimate?.value ?? null,
    change,
    sum,
    p,
    changes,
    noViewLoses,
    outcome: outcomeOf(direction, p, reading.level, margin, noViewLoses),
  };
}

function testedOf({ contrast: { estimate, p } }: Inferred) {
  return { value: estimate ?? 0, p };
}

function outcomeOf(
  direction: Direction['direction'],
  p: number | null,
  level: number,
  margin: number | null,
  noViewLoses: boolean | null,
): Outcome {
  if (p === null) return 'not_tested';
  if (p >= 1 - level) return 'not_shown';
  if (direction === 'widens') return 'widens';
  if (margin === null) return 'smaller_no_margin';
  return noViewLoses === true ? 'narrows' : 'smaller_but_a_view_may_lose';
}
