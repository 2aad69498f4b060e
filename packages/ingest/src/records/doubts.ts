import { counted } from '@viewgap/contracts';
import { WARNINGS, type Warning } from '../dicom/warning.ts';
import { isLowContrast } from '../pixels/contrast.ts';
import { shownTexts } from '../tables/unread-texts.ts';
import { countBy, warningsOf } from './ingest-table.ts';
import type { Quarantined } from './pairing.ts';
import type { Kept } from './shard-writer.ts';

/** What a person should know of images that are used, as lines: warnings, low contrast, and depths that differ. */
export function doubtsOf(kept: readonly Pick<Kept, 'row' | 'reading'>[]): string[] {
  return [...warned(kept), ...lowContrast(kept), ...mixedDepths(kept)];
}

/**
 * What else than chests a source has, as a line: a person may know better what its films are called.
 * @param canAllow whether the source has settings that allow them
 */
export function otherParts(
  quarantined: readonly Pick<Quarantined, 'reason' | 'detail'>[],
  canAllow: boolean,
): string[] {
  const others = quarantined.filter(({ reason }) => reason === 'not-chest');
  const list = Object.entries(countBy(others, ({ detail }) => detail)).sort(
    ([a, x], [b, y]) => y - x || (a < b ? -1 : 1),
  );
  if (list.length === 0) return [];
  const counts = list.map(([detail, count]) => `${detail} (${count})`).join(', ');
  const cure = canAllow ? ', allow texts by `bodyParts` and `modalities` of the source' : '';
  return [`no chest: ${counts}; see which with --explain${cure}`];
}

/**
 * Films of unknown view whose headers have texts that name none, as a line: with the texts where the source may be quoted.
 */
export function unreadViews(
  kept: readonly Pick<Kept, 'row' | 'reading'>[],
  { isPublished, isMapped }: { readonly isPublished: boolean; readonly isMapped: boolean },
): string[] {
  const texts = kept.flatMap(({ row, reading }) =>
    row.view === 'unknown' && reading.film?.view.unread != null ? [reading.film.view.unread] : [],
  );
  if (texts.length === 0) return [];
  const counts = Object.entries(countBy(texts, (text) => text)).sort(
    ([a, x], [b, y]) => y - x || (a < b ? -1 : 1),
  );
  const list = isPublished ? `: ${shownTexts(counts)}` : '; see them with --explain --reveal';
  const cure = isMapped ? '; say what they mean by `mapping.views`' : '';
  return [
    `${counted(texts.length, 'film')} of unknown view: ${counted(counts.length, 'text')} of the headers ${counts.length === 1 ? 'names' : 'name'} no view${list}${cure}`,
  ];
}

function warned(kept: readonly Pick<Kept, 'row' | 'reading'>[]): string[] {
  return Object.entries(WARNINGS).flatMap(([warning, meaning]) => {
    const count = kept.filter((one) => warningsOf(one).includes(warning as Warning)).length;
    return count === 0 ? [] : [`${count} used, but ${warning} (${meaning}); see which with --explain`];
  });
}

function lowContrast(kept: readonly Pick<Kept, 'reading'>[]): string[] {
  const count = kept.filter(({ reading }) => isLowContrast(reading.greyRange)).length;
  return count === 0 ? [] : [`${count} used, but of low contrast; see which with --explain or on the sheet`];
}

function mixedDepths(kept: readonly Pick<Kept, 'reading'>[]): string[] {
  const counts = new Map<number, number>();
  for (const { reading } of kept) {
    if (reading.depth !== null) counts.set(reading.depth, (counts.get(reading.depth) ?? 0) + 1);
  }
  if (counts.size < 2) return [];
  const list = [...counts].sort(([a], [b]) => a - b).map(([depth, count]) => `${count} of ${depth} bits`);
  return [
    `images of different depths: ${list.join(', ')}; if they are of one, say which: \`depth\` of the source`,
  ];
}
