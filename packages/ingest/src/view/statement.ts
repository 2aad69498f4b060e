import type { View, ViewSource } from '@viewgap/contracts';
import type { ViewReading } from './grammar.ts';

/** One statement on a film's view. */
export interface Statement {
  readonly reading: ViewReading;
  /** where it stands */
  readonly source: ViewSource;
  /** whether it is of the whole study, which may hold films of other views */
  readonly ofStudy?: boolean;
}

/** A view, where it is known from, and whether other statements contradict it. */
export interface StatedView {
  readonly view: View;
  readonly source: ViewSource;
  readonly conflict: boolean;
  /** true: lying, false: upright, null: not said */
  readonly supine: boolean | null;
  /** whether it is a projection that is neither AP nor PA nor lateral, or may be one: its view is unknown */
  readonly isOther: boolean;
}

/**
 * What statements say together, the most trusted first: the first that names a view, and only where none does one from
 * which AP follows (bedside, supine). A film that is called AP or PA, and by another statement of its own lateral,
 * oblique or decubitus, is believed to be neither.
 */
export function statedView(statements: readonly Statement[]): StatedView {
  const told = statements.filter(({ reading: { says } }) => says === 'view' || says === 'other');
  const [first, ...others] = [...told.filter((one) => !isInferred(one)), ...told.filter(isInferred)];
  const supine = statements.find(({ reading }) => reading.supine !== null)?.reading.supine ?? null;
  const unknown = { view: 'unknown', source: 'none', supine } as const;
  if (first === undefined || first.reading.says !== 'view') {
    return { ...unknown, conflict: false, isOther: first !== undefined };
  }
  const { view } = first.reading;
  const conflict = others.some((other) => contradicts(other, view));
  const isDoubted = view !== 'LATERAL' && others.some((other) => !other.ofStudy && !isFrontal(other));
  if (isDoubted) return { ...unknown, conflict, isOther: true };
  return { view, source: isInferred(first) ? 'text' : first.source, conflict, supine, isOther: false };
}

function isInferred({ reading }: Statement): boolean {
  return reading.says === 'view' && reading.inferred;
}

/** Also a lateral film may be taken at the bed. */
function contradicts(other: Statement, view: View): boolean {
  const { reading } = other;
  if (reading.says !== 'view') return reading.says === 'other' && view !== 'LATERAL';
  return reading.view !== view && !(isInferred(other) && view === 'LATERAL');
}

function isFrontal({ reading }: Statement): boolean {
  return reading.says === 'view' && reading.view !== 'LATERAL';
}
