import type { Progress } from '@viewgap/contracts/errors';

/** What a command gets from the process that runs it; nothing below reads globals. */
export interface Context {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly progress: Progress;
  readonly clock: () => Date;
  readonly print: (text: string) => void;
  /** whether a person sees what `print` prints, on a terminal, and nothing stores it */
  readonly isSeenAlone: boolean;
}
