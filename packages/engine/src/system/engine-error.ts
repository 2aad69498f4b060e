/**
 * Something about the engine that a user can mend, as one line: `<what>: <value> (<cure>)`.
 * The engine imports no other package, so it has its own class; the command prints it like any UserError.
 */
export class EngineError extends Error {
  override readonly name = 'EngineError';

  /**
   * @param what what is wrong, in lowercase: `no C++ compiler found`
   * @param value the offending value
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
