import type { View, ViewSource } from '@viewgap/contracts';
import type { Tag, Values } from './data-set.ts';

/** A view, where it is stated, and whether other statements of the same header contradict it. */
export interface StatedView {
  readonly view: View;
  readonly source: ViewSource;
  readonly conflict: boolean;
}

/** Defined terms of View Position (0018,5101), PS3.3 C.8.7.1.1.1 and C.8.11.7.1. */
const POSITIONS: Readonly<Record<string, View>> = {
  AP: 'AP',
  PA: 'PA',
  LL: 'LATERAL',
  RL: 'LATERAL',
  LAT: 'LATERAL',
  LATERAL: 'LATERAL',
  LLD: 'LATERAL',
  RLD: 'LATERAL',
  LLO: 'LATERAL',
  RLO: 'LATERAL',
};

/** Projections of PS3.16 CID 4010 by code, in SNOMED CT and in the older SRT. */
const CODES: Readonly<Record<string, View>> = {
  '399348003': 'AP',
  'R-10206': 'AP',
  '272479007': 'PA',
  'R-10214': 'PA',
  'R-40888': 'PA',
  '399067008': 'LATERAL',
  'R-102CD': 'LATERAL',
  '399173006': 'LATERAL',
  'R-10236': 'LATERAL',
  '399198007': 'LATERAL',
  'R-10232': 'LATERAL',
};

/** Where people write the view in words, in the order of trust. */
const TEXTS: readonly Tag[] = ['SeriesDescription', 'ProtocolName', 'StudyDescription'];
const WORDS: readonly (readonly [RegExp, View])[] = [
  [/\bLAT(ERAL)?\b/i, 'LATERAL'],
  [/\b(PA|P-A|POSTERO-?ANTERIOR)\b/i, 'PA'],
  [/\b(AP|A-P|ANTERO-?POSTERIOR|PORTABLE|BEDSIDE)\b/i, 'AP'],
];

/**
 * The film's view: View Position, else the view's code, else what the descriptions say in words where they name one
 * view only. Later statements that differ are a contradiction.
 */
export function dicomView(values: Values): StatedView {
  const position = values.text('ViewPosition')?.toUpperCase() ?? '';
  const code = values.item('ViewCodeSequence')?.text('CodeValue') ?? '';
  const stated: { view: View; source: ViewSource }[] = [];
  if (Object.hasOwn(POSITIONS, position)) stated.push({ view: POSITIONS[position] as View, source: 'dicom' });
  if (Object.hasOwn(CODES, code)) stated.push({ view: CODES[code] as View, source: 'dicom' });
  for (const tag of TEXTS) {
    const view = viewInWords(values.text(tag) ?? '');
    if (view !== null) stated.push({ view, source: 'text' });
  }
  const [first, ...others] = stated;
  if (!first) return { view: 'unknown', source: 'none', conflict: false };
  return { ...first, conflict: others.some(({ view }) => view !== first.view) };
}

function viewInWords(text: string): View | null {
  const named = WORDS.filter(([pattern]) => pattern.test(text)).map(([, view]) => view);
  return named.length === 1 ? (named[0] as View) : null;
}
