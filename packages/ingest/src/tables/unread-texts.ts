import { counted } from '@viewgap/contracts';
import type { TableDoubt } from './rows/adapter.ts';
import { isNothing } from './table-ids.ts';

/** Texts that a message shows, and characters of each. */
const SHOWN = 5;
const SHOWN_CHARACTERS = 40;

/** The first of texts with their counts, as a message shows them. */
export function shownTexts(counts: readonly (readonly [text: string, count: number])[]): string {
  const shown = counts
    .slice(0, SHOWN)
    .map(([text, count]) => `${JSON.stringify(text.slice(0, SHOWN_CHARACTERS))} (${count})`);
  return shown.join(', ') + (counts.length > SHOWN ? `, and ${counts.length - SHOWN} more` : '');
}

/** Texts of a column that mean nothing to the program and count as unknown: collected, then said all at once. */
export class UnreadTexts {
  readonly #counts = new Map<string, number>();

  constructor(
    /** `ages` */
    private readonly what: string,
    private readonly why = 'cannot be read',
  ) {}

  add(text: string): void {
    if (!isNothing(text)) this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1);
  }

  doubts(path: string): TableDoubt[] {
    if (this.#counts.size === 0) return [];
    const rows = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    const said = `${path}: ${counted(rows, 'row')} with ${this.what} that ${this.why} count as unknown`;
    const texts = [...this.#counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    return [
      {
        text: `${said}: ${shownTexts(texts)}`,
        concealed: `${said}: ${counted(texts.length, 'text')}; \`viewgap ingest … --explain --reveal\` shows them`,
      },
    ];
  }
}
