import type { Contradiction } from '../tables/rows/adapter.ts';

/** What a person should know of an image that is used. */
export const WARNINGS = {
  'no-end-marker': 'a JPEG without its end marker: all its rows are there',
  'for-processing':
    "DICOM made for processing: the detector's values, not a film that was meant to be looked at",
  'other-patient': 'the header names another patient than the table, whose word is taken',
  'other-sex': 'the header names another sex than the table, whose word is taken',
  'other-age': "the header's age is more than 2 years from the table's, whose word is taken",
} as const satisfies Record<Contradiction | 'no-end-marker' | 'for-processing', string>;

export type Warning = keyof typeof WARNINGS;

const isWarning = (text: string): text is Warning => Object.hasOwn(WARNINGS, text);

/** As a cell of a table; null where there is none. */
export function warningText(warnings: readonly Warning[]): string | null {
  return warnings.length === 0 ? null : warnings.join(' ');
}

/** The warnings of such a cell. */
export function warningsIn(text: string | null): Warning[] {
  return (text ?? '').split(' ').filter(isWarning);
}
