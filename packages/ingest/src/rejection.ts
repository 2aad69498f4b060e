import type { QuarantineReason } from '@viewgap/contracts';

/** Why an image is not used. */
export interface Rejection {
  readonly reason: QuarantineReason;
  readonly detail: string;
}
