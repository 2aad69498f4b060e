import type { Progress, ProgressTask } from '@viewgap/contracts';
import { Presets, SingleBar } from 'cli-progress';

const FIRST_LINE_MS = 2_000;
const NEXT_LINE_MS = 10_000;

/** A display that must be closed where the work ends before its tasks do: a bar keeps the process alive. */
export interface TerminalProgress extends Progress {
  close(): void;
}

/** A bar on a terminal; elsewhere a line after two seconds, then one every ten, and one at the end. */
export function terminalProgress(stream: NodeJS.WriteStream, clock: () => number): TerminalProgress {
  const log = (line: string) => stream.write(`${line}\n`);
  if (!stream.isTTY) return { log, start: startLines(log, clock), close: () => {} };
  const bars = new Set<SingleBar>();
  return {
    log,
    start: startBar(stream, bars),
    close: () => {
      for (const bar of bars) bar.stop();
    },
  };
}

function startBar(stream: NodeJS.WriteStream, bars: Set<SingleBar>): Progress['start'] {
  return (label, total, unit) => {
    const bar = new SingleBar(
      {
        stream,
        format: `${label} {bar} {value}/{total} ${unit} {note}`,
        // The terminal's own settings stay as they are: nothing would restore them after Ctrl-C or kill.
        hideCursor: false,
        linewrap: true,
        barsize: 24,
        clearOnComplete: true,
      },
      Presets.shades_classic,
    );
    bars.add(bar);
    bar.start(total, 0, { note: '' });
    return {
      update: (done, note = '') => bar.update(done, { note }),
      finish(note) {
        bar.stop();
        bars.delete(bar);
        if (note !== undefined) stream.write(`${label}: ${note}\n`);
      },
    };
  };
}

function startLines(log: (line: string) => void, clock: () => number): Progress['start'] {
  return (label, total, unit): ProgressTask => {
    const started = clock();
    let next = started + FIRST_LINE_MS;
    return {
      update(done, note = '') {
        const now = clock();
        if (now < next) return;
        next = now + NEXT_LINE_MS;
        const seconds = Math.ceil(((now - started) / done / 1000) * (total - done));
        const left = done > 0 && done < total ? `, about ${seconds} s left` : '';
        log(`${label}: ${done}/${total} ${unit}${left}${note === '' ? '' : `, ${note}`}`);
      },
      finish(note) {
        if (note !== undefined) log(`${label}: ${note}`);
      },
    };
  };
}
