/** A page of docs/ that a script writes, in whole or in part. */
export interface Page {
  /** relative to the repository */
  readonly path: string;
  /** as it should be */
  readonly text: string;
}
