import type { LabelCounts } from '../study/label-counts.ts';
import { inNote } from '../study/note-name.ts';
import { classSizes, type Reading } from './reading.ts';

/** Remarks as one note, `; ` between them: no remark holds one, so that a reader can take them apart again. */
export function joinNotes(notes: readonly (string | null)[]): string | null {
  return notes.filter((note) => note !== null).join('; ') || null;
}

/** The rarest cells first, three at most. */
export function fewPatients(cells: readonly LabelCounts[], reading: Reading): string | null {
  const few = cells
    .flatMap((counts) => {
      const { positives, negatives, noun } = classSizes(counts, reading);
      const where = `${inNote(counts.finding)} in ${counts.view}`;
      return [
        { count: positives, noun, text: `${positives} with ${where}` },
        { count: negatives, noun, text: `${negatives} without ${where}` },
      ];
    })
    .filter(({ count }) => count < reading.few_patients)
    .sort((a, b) => a.count - b.count);
  if (few.length === 0) return null;
  const shown = few.slice(0, 3).map(({ text }) => text);
  const more = few.length > shown.length ? ` and ${few.length - shown.length} more such counts` : '';
  return `few ${few[0]?.noun}: ${shown.join(', ')}${more}`;
}
