import { UserError } from '@viewgap/contracts';

/** A message's parts as they read where the source may be quoted. */
export interface Quoting {
  readonly value?: string;
  readonly cure?: string;
}

/**
 * Error about what a source holds. `what`, `value` and `cure` are our own words and those of pipeline.json alone; a
 * cell, a column's name, a sheet's name, a file's name or a library's words stand in `quoting`, which replaces `value` or
 * `cure` where the source is published, or where its owner asks.
 */
export class SourceError extends UserError {
  override readonly name = 'SourceError';
  /** the same error without a word that was read from the source */
  readonly concealed: UserError;

  constructor(
    what: string,
    value: string,
    cure: string,
    { quoting = {}, cause }: { readonly quoting?: Quoting; readonly cause?: unknown } = {},
  ) {
    super(what, quoting.value ?? value, quoting.cure ?? cure, { cause });
    this.concealed = new UserError(what, value, cure);
  }
}
