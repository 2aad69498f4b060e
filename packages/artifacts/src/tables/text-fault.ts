/** What is wrong with a table's text, without a word of it: who reads the table names the file. */
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
