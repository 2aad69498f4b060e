import { closest, distance } from 'fastest-levenshtein';

/**
 * Something that the user can mend: printed as one line `<what>: <value> (<cure>)`, without a stack.
 * Anything else that is thrown is a bug and keeps its stack.
 */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  /** Exit status of the command: 1, it failed. */
  readonly exitCode: 1 | 2 | 130 | 143 = 1;

  /**
   * @param what what is wrong, in lowercase: `no such column`
   * @param value the offending value; never an identifier of a private source
   * @param cure what to do about it
   */
  constructor(
    readonly what: string,
    readonly value: string,
    readonly cure: string,
    options?: { cause?: unknown },
  ) {
    super(`${what}: ${value} (${cure})`, options);
  }
}

/** A UserError in the call or in a configuration file: exit status 2. */
export class ConfigError extends UserError {
  override readonly name = 'ConfigError';
  override readonly exitCode = 2;
}

/** Names of a list that are shown, and characters of each: a broken file may have any number of any length. */
const SHOWN_NAMES = 40;
const SHOWN_CHARACTERS = 60;

/** A signal that asks a process to end: Ctrl-C, and what a cluster's queue sends before it kills. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/** Long work was stopped by a signal; the value says how much of it is kept. Exit status as a shell has it. */
export class StoppedError extends UserError {
  override readonly name = 'StoppedError';
  override readonly exitCode: 130 | 143;

  constructor(
    readonly signal: StopSignal,
    kept: string,
    cure: string,
  ) {
    super(`stopped by ${signal}`, kept, cure);
    this.exitCode = signal === 'SIGINT' ? 130 : 143;
  }
}

/** `did you mean "x"?` when a known name is near, else the list of known names. */
export function nearestName(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'no name is valid here';
  const near = closest(
    name.toLowerCase(),
    known.map((k) => k.toLowerCase()),
  );
  const candidate = known.find((k) => k.toLowerCase() === near);
  const distanceBound = Math.max(2, Math.floor(name.length / 3));
  if (candidate !== undefined && distance(name.toLowerCase(), near) <= distanceBound) {
    return `did you mean "${shortened(candidate)}"?`;
  }
  return `known: ${listed(known)}`;
}

/** The known names, the nearest first. */
export function nearestFirst(name: string, known: readonly string[]): string {
  const folded = name.toLowerCase();
  const far = new Map(known.map((one) => [one, distance(folded, one.toLowerCase())]));
  const sorted = known.toSorted((a, b) => (far.get(a) ?? 0) - (far.get(b) ?? 0));
  return `known (the nearest first): ${listed(sorted)}`;
}

function listed(names: readonly string[]): string {
  const more = names.length > SHOWN_NAMES ? `, and ${names.length - SHOWN_NAMES} more` : '';
  return `${names.slice(0, SHOWN_NAMES).map(shortened).join(', ')}${more}`;
}

function shortened(name: string): string {
  return name.length > SHOWN_CHARACTERS ? `${name.slice(0, SHOWN_CHARACTERS)}…` : name;
}
