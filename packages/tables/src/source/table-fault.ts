/**
 * What is wrong with a table, without a word of it: who reads the table names the file. A column's or a sheet's name
 * stands in `quoted`, which replaces `cure` where the table may be quoted.
 */
export class TableFault extends Error {
  override readonly name = 'TableFault';

  constructor(
    /** in lowercase: `a table that is not UTF-8` */
    readonly what: string,
    readonly cure: string,
    { quoted, cause }: { readonly quoted?: string; readonly cause?: unknown } = {},
  ) {
    super(`${what} (${cure})`, { cause });
    this.quoted = quoted ?? cure;
  }

  readonly quoted: string;
}
