import { VIEWS, type View } from '@viewgap/contracts';
import { readView, type ViewReading } from '../view/grammar.ts';
import { statedView } from '../view/statement.ts';
import type { SourceRow, TableDoubt } from './rows/adapter.ts';
import { isNothing } from './table-ids.ts';
import { UnreadTexts } from './unread-texts.ts';
import { ValueMap } from './value-map.ts';

const NAMES = `${VIEWS.slice(0, -1).join(', ')} or ${VIEWS.at(-1)}`;

/** What a row says of its view. */
export type ViewFacts = Pick<SourceRow, 'view' | 'viewSource' | 'supine'>;

/** A column of views: what pipeline.json lists goes first, then the grammar of view words. */
export class ViewColumn {
  readonly #views: ValueMap<ViewReading>;
  readonly #open = new UnreadTexts('views', 'name neither AP nor PA');

  constructor(column: string, listed: Readonly<Record<string, View>>) {
    this.#views = new ValueMap<ViewReading>(
      { columns: [column], setting: 'mapping.views', meanings: NAMES },
      Object.fromEntries(Object.entries(listed).map(([text, view]) => [text, readingOf(view)])),
      (text) => {
        const reading = readView(text);
        return reading.says === 'nothing' ? undefined : reading;
      },
    );
  }

  /** A text that names no view is unknown, and kept for `refuse` unless it is understood all the same. */
  facts(text: string): ViewFacts {
    const reading = isNothing(text) ? undefined : this.#views.meaning(text);
    if (reading?.says === 'open') this.#open.add(text);
    return viewFacts(reading);
  }

  /** Texts that are understood and leave the view open: `frontal`, `PA/LAT`. */
  doubts(path: string): TableDoubt[] {
    return this.#open.doubts(path);
  }

  /** @throws SourceError where a text was met that is neither listed nor understood */
  refuse(path: string): void {
    this.#views.refuse(path);
  }
}

/** What one reading of a table's cell gives; undefined where the cell says nothing. */
export function viewFacts(reading: ViewReading | undefined): ViewFacts {
  const { view, source, supine } = statedView(reading === undefined ? [] : [{ reading, source: 'metadata' }]);
  return { view, viewSource: source, supine };
}

/** A listed `unknown` is meant: it is no doubt. */
function readingOf(view: View): ViewReading {
  return view === 'unknown'
    ? { says: 'other', supine: null }
    : { says: 'view', view, inferred: false, supine: null };
}
