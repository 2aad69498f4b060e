import type { View } from '@viewgap/contracts';
import { eastAsian, latinWords } from './normal-text.ts';
import { EAST_ASIAN, LATIN, type Meaning } from './vocabulary.ts';

/** What a text says of a film's view. */
type Said =
  | {
      readonly says: 'view';
      readonly view: Exclude<View, 'unknown'>;
      /** whether only the place or the posture tells it: a film at the bed, or of a patient on the back, is taken AP */
      readonly inferred: boolean;
    }
  /** `other`: oblique, lordotic, decubitus; `open`: view words that name none, or several; `nothing`: no view word */
  | { readonly says: 'other' | 'open' | 'nothing' };

/** What a text says of a film's view and of its patient: lying (true), upright (false), or not known, or half. */
export type ViewReading = Said & { readonly supine: boolean | null };

/** Terms that mean a view only where nothing stands beside them. */
const WHOLE: Readonly<Record<string, ViewReading>> = {
  RL: { says: 'view', view: 'LATERAL', inferred: false, supine: null },
  LR: { says: 'view', view: 'LATERAL', inferred: false, supine: null },
  SUP: { says: 'view', view: 'AP', inferred: true, supine: true },
};

/** Columns of views have few texts and many rows. */
const readings = new Map<string, ViewReading>();
const MOST_READINGS = 10_000;

/** Reads the view words of a view position, a cell of a table or a description, in any case, with any punctuation. */
export function readView(text: string): ViewReading {
  const known = readings.get(text);
  if (known !== undefined) return known;
  const reading = understood(text);
  if (readings.size < MOST_READINGS) readings.set(text, reading);
  return reading;
}

function understood(text: string): ViewReading {
  const words = latinWords(text);
  const whole = WHOLE[words.trim()];
  if (whole !== undefined) return whole;
  const found = new Set([
    ...meaningsIn(words, LATIN_PATTERNS),
    ...meaningsIn(eastAsian(text), EAST_ASIAN_PATTERNS),
  ]);
  return { ...said(found), supine: supineOf(found) };
}

type Patterns = readonly (readonly [Meaning, RegExp])[];

const LATIN_PATTERNS: Patterns = LATIN.map(([meaning, words]) => [
  meaning,
  new RegExp(`(?<= )(?:${words.join('|')})(?= )`, 'g'),
]);
const EAST_ASIAN_PATTERNS: Patterns = EAST_ASIAN.map(([meaning, words]) => [
  meaning,
  new RegExp(words.join('|'), 'gu'),
]);

/** What is found is taken out of the text before the next meaning is looked for. */
function meaningsIn(text: string, patterns: Patterns): Meaning[] {
  let rest = text;
  return patterns.flatMap(([meaning, pattern]) => {
    const before = rest;
    rest = rest.replace(pattern, '|');
    return rest === before ? [] : [meaning];
  });
}

const NAMED = ['AP', 'PA', 'LATERAL'] as const;

function said(found: ReadonlySet<Meaning>): Said {
  const named = NAMED.filter((view) => found.has(view));
  const [view, second] = named;
  const isFrontal = found.has('FRONTAL');
  if (found.has('SERIES') || second !== undefined || (view === 'LATERAL' && isFrontal)) {
    return { says: 'open' };
  }
  // A lateral oblique or decubitus whose beam is not said counts as lateral, which is left out.
  if (view === 'LATERAL') return { says: 'view', view, inferred: false };
  if (found.has('DECUBITUS')) {
    return view === undefined && !isFrontal
      ? { says: 'view', view: 'LATERAL', inferred: false }
      : { says: 'other' };
  }
  if (found.has('OTHER')) return { says: 'other' };
  if (view !== undefined) return { says: 'view', view, inferred: false };
  if (found.has('BEDSIDE') || found.has('SUPINE')) return { says: 'view', view: 'AP', inferred: true };
  return { says: [...found].some((meaning) => meaning !== 'NOTHING') ? 'open' : 'nothing' };
}

function supineOf(found: ReadonlySet<Meaning>): boolean | null {
  const lies = (['SUPINE', 'PRONE', 'DECUBITUS'] as const).some((meaning) => found.has(meaning));
  const sits = found.has('UPRIGHT');
  return lies === sits || found.has('HALF_UPRIGHT') ? null : lies;
}
