import type { QuarantineReason } from '@viewgap/contracts';

/** Why an image is not used. */
export interface Rejection {
  readonly reason: QuarantineReason;
  /** in our own words: quotes nothing of the file */
  readonly detail: string;
  /** what the file or a library says of it: of a private source it goes no further than its owner's terminal */
  readonly words?: string;
}

/** All that is known of why: for who may see the file. */
export function wordsOf({ detail, words }: Rejection): string {
  return words ?? detail;
}
