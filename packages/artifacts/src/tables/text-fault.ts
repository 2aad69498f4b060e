/** What is wrong with a table's text, without quoting it; the caller names the file. */
export class TextFault extends Error {
  override readonly name = 'TextFault';

  constructor(
    /** in lowercase: `a table that is not UTF-8` */
    readonly what: string,
    readonly cure: string,
  ) {
    super(`${what} (${cure})`);
  }
}
