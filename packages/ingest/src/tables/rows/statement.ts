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

/** Different lists that are kept: films by the hundred thousand have few. */
const LISTS = 10_000;
const lists = new Map<string, Statement>();

/** An exhaustive list: what is not in it is absent. Equal lists are one object. */
export function listed(names: Iterable<string>): Statement {
  const present = inOrder(names);
  const key = JSON.stringify(present);
  const known = lists.get(key);
  if (known !== undefined) return known;
  if (lists.size >= LISTS) lists.clear();
  const statement: Statement = { present, others: 'absent' };
  lists.set(key, statement);
  return statement;
}

/** Each name once, whatever the order in which a table has them: two rows that list the same say the same. */
export function inOrder(names: Iterable<string>): string[] {
  return [...new Set(names)].sort();
}
