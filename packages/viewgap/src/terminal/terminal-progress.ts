import { type Progress, type ProgressTask, printableLine } from '@viewgap/contracts/errors';
import { logLine, type ProgressState, terminalLine } from './progress-line.ts';
import { TimeLeft } from './time-left.ts';

/** A log gets its first line of some work after this time, then one every ten seconds, later every sixth of the time so far. */
const LOG_MS = { first: 2_000, next: 10_000, share: 1 / 6, most: 300_000 };
/** A line on a terminal is drawn again after this time at the earliest. */
const DRAW_MS = 100;
const ERASE_LINE = '\r\u001b[K';

export interface ProgressOptions {
  /** whether the stream is a terminal that lines can be drawn on again */
  readonly isTerminal: boolean;
  /** milliseconds */
  readonly clock: () => number;
}

/** A display that must be closed where the work ends before its tasks do. */
export interface TerminalProgress extends Progress {
  close(): void;
}

/** A line that is drawn again and again on a terminal; elsewhere a line now and then. What is logged stays on both. */
export function terminalProgress(
  stream: Pick<NodeJS.WriteStream, 'write' | 'columns'>,
  { isTerminal, clock }: ProgressOptions,
): TerminalProgress {
  return isTerminal ? new DrawnProgress(stream, clock) : new LoggedProgress(stream, clock);
}

class LoggedProgress implements TerminalProgress {
  readonly #stream: Pick<NodeJS.WriteStream, 'write'>;
  readonly #clock: () => number;

  constructor(stream: Pick<NodeJS.WriteStream, 'write'>, clock: () => number) {
    this.#stream = stream;
    this.#clock = clock;
  }

  // A property: stages hand it on alone.
  readonly log = (line: string): void => {
    this.#stream.write(`${printableLine(line)}\n`);
  };

  start(label: string, total: number, unit: string): ProgressTask {
    const started = this.#clock();
    const time = new TimeLeft(total);
    let next = started + LOG_MS.first;
    return {
      update: (done, note = '') => {
        const now = this.#clock();
        const left = time.after(done, now);
        if (now < next) return;
        next = now + Math.min(LOG_MS.most, Math.max(LOG_MS.next, (now - started) * LOG_MS.share));
        this.log(logLine({ label, done, total, unit, left, note }));
      },
      finish: (note) => {
        if (note !== undefined) this.log(`${label}: ${note}`);
      },
    };
  }

  close(): void {}
}

/**
 * Leaves the terminal's own settings as they are (cursor, wrapping of lines): nothing would restore them after Ctrl-C or a
 * kill. Of work within work the inner one is seen.
 */
class DrawnProgress implements TerminalProgress {
  readonly #stream: Pick<NodeJS.WriteStream, 'write' | 'columns'>;
  readonly #clock: () => number;
  #tasks: { state: ProgressState }[] = [];
  #isDrawn = false;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(stream: Pick<NodeJS.WriteStream, 'write' | 'columns'>, clock: () => number) {
    this.#stream = stream;
    this.#clock = clock;
  }

  readonly log = (line: string): void => {
    this.#erase();
    this.#stream.write(`${printableLine(line)}\n`);
    this.#draw();
  };

  start(label: string, total: number, unit: string, done = 0): ProgressTask {
    const time = new TimeLeft(total);
    const task = { state: { label, done, total, unit, left: null, note: '' } as ProgressState };
    this.#tasks.push(task);
    this.#draw();
    return {
      update: (now, note = '') => {
        const left = time.after(now, this.#clock());
        task.state = { ...task.state, done: now, left, note };
        if (task === this.#tasks.at(-1) && this.#clock() - this.#drawnAt >= DRAW_MS) this.#draw();
      },
      finish: (note) => {
        this.#tasks = this.#tasks.filter((one) => one !== task);
        if (note === undefined) this.#erase();
        else this.log(`${label}: ${note}`);
      },
    };
  }

  close(): void {
    this.#tasks = [];
    this.#erase();
  }

  #draw(): void {
    const state = this.#tasks.at(-1)?.state;
    if (state === undefined) return;
    // In the last column some terminals wrap.
    const text = printableLine(terminalLine(state, (this.#stream.columns || 80) - 1));
    this.#stream.write(`${ERASE_LINE}${text}`);
    this.#isDrawn = true;
    this.#drawnAt = this.#clock();
  }

  #erase(): void {
    if (this.#isDrawn) this.#stream.write(ERASE_LINE);
    this.#isDrawn = false;
  }
}
