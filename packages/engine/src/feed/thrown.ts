/** An error as plain data: threads clone an Error without its class and its own fields. */
export interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** what, value, cure; code, path, syscall … */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly cause: Thrown | undefined;
}

/** A class of errors that a user can mend, as EngineError is: known by its name in every thread. */
export type MendableErrorClass = new (
  what: string,
  value: string,
  cure: string,
  options?: { cause?: unknown },
) => Error;

export function describeError(error: unknown): Thrown {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), stack: undefined, fields: {}, cause: undefined };
  }
  const { name, message, stack, cause } = error;
  const fields = Object.entries(error).filter(
    ([key, value]) => key !== 'name' && ['string', 'number', 'boolean'].includes(typeof value),
  );
  return {
    name,
    message,
    stack,
    fields: Object.fromEntries(fields),
    cause: cause === undefined ? undefined : describeError(cause),
  };
}

/** The error again: of its class where that is among `classes`, else an Error of that name with its fields. */
export function reviveError(thrown: Thrown, classes: readonly MendableErrorClass[]): Error {
  const { name, message, stack, fields } = thrown;
  const options = thrown.cause && { cause: reviveError(thrown.cause, classes) };
  const { what, value, cure } = fields;
  const known = classes.find((one) => one.name === name);
  const error =
    known && typeof what === 'string' && typeof value === 'string' && typeof cure === 'string'
      ? new known(what, value, cure, options)
      : Object.assign(new Error(message, options), fields);
  for (const [key, text] of Object.entries({ name, stack })) {
    Object.defineProperty(error, key, { value: text, configurable: true, writable: true });
  }
  return error;
}
