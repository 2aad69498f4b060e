/** One piece of long work with a known number of steps. */
export interface ProgressTask {
  /**
   * @param done steps finished so far
   * @param note short live text in parts, the most important first: `loss 0.31, mAUROC 0.71, epoch 2 of 8`
   */
  update(done: number, note?: string): void;
  /** Ends the task; `note` is the last word on it. */
  finish(note?: string): void;
}

/** How a stage shows its progress: a bar on a terminal, lines elsewhere. It is passed in, never global. */
export interface Progress {
  /**
   * @param unit what is counted, in the singular: `image`
   * @param done steps that an earlier run did: they tell nothing of this one's speed. Default: 0
   */
  start(label: string, total: number, unit: string, done?: number): ProgressTask;
  /** One line for the person, at once. */
  log(line: string): void;
}

/** Says nothing: for tests and for callers with a display of their own. */
export const silentProgress: Progress = {
  start: () => ({ update: () => {}, finish: () => {} }),
  log: () => {},
};
