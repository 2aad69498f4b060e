import { duration, plural } from '@viewgap/contracts/errors';

/** How far some work is. */
export interface ProgressState {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  /** what is counted, in the singular */
  readonly unit: string;
  /** seconds; null where it cannot be told */
  readonly left: number | null;
  /** parts with commas between them, the most important first; '' for none */
  readonly note: string;
}

/** The first parts of a note, which a narrow line gives up its counts for. */
const IMPORTANT = 2;
const BAR = 10;

/** `ingest nih: 10/100 images, about 2 min left, …`, for a log. */
export function logLine({ label, done, total, unit, left, note }: ProgressState): string {
  const parts = [`${done}/${total} ${plural(total, unit)}`];
  if (left !== null) parts.push(`about ${duration(left)} left`);
  if (note !== '') parts.push(note);
  return `${label}: ${parts.join(', ')}`;
}

/**
 * The same within some columns, for a terminal: the time that is left, and as many parts of the note as fit; before them a
 * bar and counts, counts alone, or a percentage, so that the first parts of the note have room.
 */
export function terminalLine(state: ProgressState, columns: number): string {
  const { label, done, total, unit, left, note } = state;
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const counts = [
    `${done}/${total} ${plural(total, unit)}`,
    `${done}/${total}`,
    `${Math.floor(100 * share)} %`,
  ];
  const notes = note === '' ? [] : note.split(', ');
  const full = Math.round(share * BAR);
  const bar = `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`;
  const heads = [`${bar} ${counts[0]}`, ...counts];
  const line = (head: string, parts: readonly string[]) =>
    [`${label} ${head}`, ...(left === null ? [] : [`${duration(left)} left`]), ...parts].join(', ');
  const fits = (text: string) => width(text) <= columns;
  const head = heads.find((one) => fits(line(one, notes.slice(0, IMPORTANT)))) ?? (heads.at(-1) as string);
  const shown = notes.findLastIndex((_, i) => fits(line(head, notes.slice(0, i + 1)))) + 1;
  return cut(line(head, notes.slice(0, shown)), columns);
}

/** What a terminal draws two columns wide: the letters of Chinese, Japanese and Korean. */
const WIDE = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\uFF00-\uFF60]/u;

function width(text: string): number {
  let columns = 0;
  for (const letter of text) columns += WIDE.test(letter) ? 2 : 1;
  return columns;
}

function cut(text: string, columns: number): string {
  let kept = '';
  for (const letter of text) {
    if (width(kept) + width(letter) > columns) break;
    kept += letter;
  }
  return kept;
}
