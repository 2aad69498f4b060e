import { counted } from '@viewgap/contracts';
import { SourceError } from './rows/source-error.ts';

/** Texts that a message shows, and characters of each. */
const SHOWN = 20;
const SHOWN_CHARACTERS = 60;

/** Where the mapping of a column's texts stands. */
export interface MappingPlace {
  /** the columns whose texts it explains, as pipeline.json names them */
  readonly columns: readonly string[];
  /** the key of pipeline.json that lists the texts: `mapping.labels.PEF.values` */
  readonly setting: string;
  /** what a text may mean, for the message: `1, 0 or null` */
  readonly meanings: string;
}

/**
 * What the texts of a column mean, as pipeline.json says. Where it does not list a text exactly, its spellings do:
 * `1`, `1.0` and `true` are one text, and so are `Yes` and `YES`, unless they are listed with different meanings. There
 * is no nearest text: who follows a wrong one turns positives into negatives. A text that is not listed is collected,
 * then all are refused at once.
 */
export class ValueMap<Meaning> {
  readonly #exact: ReadonlyMap<string, Meaning>;
  readonly #spellings: ReadonlyMap<string, Meaning>;
  readonly #unknown = new Map<string, number>();

  constructor(
    private readonly place: MappingPlace,
    values: Readonly<Record<string, Meaning>>,
    /** what a text means that is not listed; undefined where it has no meaning of its own either */
    private readonly unlisted: (text: string) => Meaning | undefined = () => undefined,
  ) {
    this.#exact = new Map(Object.entries(values));
    this.#spellings = unambiguous(this.#exact);
  }

  /** The meaning of a text; undefined, and collected, where none is known. An empty text is never collected. */
  meaning(text: string): Meaning | undefined {
    if (this.#exact.has(text)) return this.#exact.get(text);
    const spelt = spelling(text);
    if (this.#spellings.has(spelt)) return this.#spellings.get(spelt);
    const meaning = this.unlisted(text);
    if (meaning !== undefined) return meaning;
    if (text !== '') this.#unknown.set(text, (this.#unknown.get(text) ?? 0) + 1);
    return undefined;
  }

  /** @throws SourceError where a text was met that is not listed */
  refuse(path: string): void {
    if (this.#unknown.size === 0) return;
    const { columns, setting, meanings } = this.place;
    const texts = [...this.#unknown].sort(([a], [b]) => (a < b ? -1 : 1));
    const shown = texts.slice(0, SHOWN).map(([text, rows]) => [quoted(text), rows] as const);
    const more = texts.length > SHOWN ? `, and ${texts.length - SHOWN} more` : '';
    const rows = texts.reduce((sum, [, count]) => sum + count, 0);
    const lines = shown.map(([text]) => `${text}: …`).join(', ');
    throw new SourceError(
      `unknown values of ${columns.join(', ')} in ${path}`,
      `${counted(texts.length, 'text')} in ${counted(rows, 'row')}`,
      `list every text in ${setting} with ${meanings}; \`viewgap ingest … --explain --reveal\` shows them`,
      {
        quoting: {
          value: shown.map(([text, count]) => `${text} (${counted(count, 'row')})`).join(', ') + more,
          cure: `add to ${setting}, each with ${meanings}: { ${lines}${more === '' ? '' : ', …'} }`,
        },
      },
    );
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text);
}

/** Spellings whose listed texts all mean the same. */
function unambiguous<Meaning>(values: ReadonlyMap<string, Meaning>): ReadonlyMap<string, Meaning> {
  const meanings = new Map<string, Set<Meaning>>();
  for (const [text, meaning] of values) {
    const spelt = spelling(text);
    meanings.set(spelt, (meanings.get(spelt) ?? new Set()).add(meaning));
  }
  return new Map(
    [...meanings].flatMap(([spelt, all]) =>
      all.size === 1 ? [[spelt, [...all][0] as Meaning] as const] : [],
    ),
  );
}

const TRUTH: Readonly<Record<string, string>> = { true: '1', false: '0' };

/** What all spellings of a text share: Unicode form, case, and for numbers the value, with a decimal comma too. */
function spelling(text: string): string {
  const folded = text.normalize('NFC').trim().toLowerCase();
  if (/^[+-]?\d{1,15}([.,]\d{0,15})?$/.test(folded)) return String(Number(folded.replace(',', '.')));
  return Object.hasOwn(TRUTH, folded) ? (TRUTH[folded] as string) : folded;
}
