/**
 * What a source says of a film's labels, by the names of its layout and as it says it: the catalog makes the study's
 * findings of it, under the source's policy. A label that is named nowhere is, by `others`, absent or left blank by who
 * labelled the film; without `others` nothing is known of it.
 */
export interface Statement {
  readonly present?: readonly string[];
  readonly absent?: readonly string[];
  readonly uncertain?: readonly string[];
  readonly others?: 'absent' | 'blank';
  /** instead of these: what each of several readers found */
  readonly readers?: readonly (readonly string[])[];
}

/** A statement that replaces a source's own where it knows a label. */
export interface OverlayStatement extends Statement {
  /** the overlay's, by which labels are told apart */
  readonly name: string;
}

/** Nothing is known. */
export const UNSAID: Statement = {};

/** An exhaustive list: what is not in it is absent. */
export function listed(names: Iterable<string>): Statement {
  return { present: inOrder(names), others: 'absent' };
}

/** Each name once, whatever the order in which a table has them: two rows that list the same say the same. */
export function inOrder(names: Iterable<string>): string[] {
  return [...new Set(names)].sort();
}
