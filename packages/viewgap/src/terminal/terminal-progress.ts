import { type Progress, type ProgressTask, printableLine } from '@viewgap/contracts/errors';
import { Presets, SingleBar } from 'cli-progress';

const FIRST_LINE_MS = 2_000;
const NEXT_LINE_MS = 10_000;
const BAR = 24;

/** A display that must be closed where the work ends before its tasks do: a bar keeps the process alive. */
export interface TerminalProgress extends Progress {
  close(): void;
}

/** A bar on a terminal; elsewhere a line after two seconds, then one every ten, and one at the end. */
export function terminalProgress(stream: NodeJS.WriteStream, clock: () => number): TerminalProgress {
  const log = (line: string) => stream.write(`${printableLine(line)}\n`);
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
  return (label, total, unit, first = 0) => {
    const bar = new SingleBar(
      {
        stream,
        format: `${label} {bar} {value}/{total} ${unit}, {eta_formatted} left {note}`,
        // The terminal's own settings stay as they are: nothing would restore them after Ctrl-C or kill.
        hideCursor: false,
        linewrap: true,
        barsize: BAR,
        clearOnComplete: true,
      },
      Presets.shades_classic,
    );
    // What does not fit would wrap, and only its last line would be cleared.
    const others = label.length + BAR + 2 * String(total).length + unit.length + ' , 99h59m left '.length + 4;
    const room = () => Math.max(0, (stream.columns || 80) - others);
    bars.add(bar);
    bar.start(total, first, { note: '' });
    return {
      update: (done, note = '') => bar.update(done, { note: printableLine(note).slice(0, room()) }),
      finish(note) {
        bar.stop();
        bars.delete(bar);
        if (note !== undefined) stream.write(`${printableLine(`${label}: ${note}`)}\n`);
      },
    };
  };
}

function startLines(log: (line: string) => void, clock: () => number): Progress['start'] {
  return (label, total, unit, first = 0): ProgressTask => {
    const started = clock();
    let next = started + FIRST_LINE_MS;
    return {
      update(done, note = '') {
        const now = clock();
        if (now < next) return;
        next = now + NEXT_LINE_MS;
        const seconds = Math.ceil(((now - started) / (done - first) / 1000) * (total - done));
        const left = done > first && done < total ? `, about ${seconds} s left` : '';
        log(`${label}: ${done}/${total} ${unit}${left}${note === '' ? '' : `, ${note}`}`);
      },
      finish(note) {
        if (note !== undefined) log(`${label}: ${note}`);
      },
    };
  };
}
