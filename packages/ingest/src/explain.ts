import { join } from 'node:path';
import {
  QUARANTINE,
  QUARANTINE_REASONS,
  type QuarantineReason,
  RECORDS,
  readTable,
} from '@viewgap/contracts';
import type { Quarantined } from './pairing.ts';
import { LEAST_RANGE } from './pixels/contrast.ts';
import { repeatedFilms } from './repeated-film.ts';

/** Inputs that are shown of each reason. */
const SHOWN = 20;

/** What is read of a row of records.arrow. */
interface RecordRow {
  readonly image_id: string;
  readonly file_sha256: string;
  readonly pixel_sha256: string;
  readonly grey_range: number;
}

/**
 * What an ingest did not use and why, as lines for a person: reasons by their number of inputs, the first inputs of
 * each; then what it used although a person should look at it, which is no loss. Reads the tables, which are there too when an ingest lost more than its config allows. Films that repeat another
 * are records still: the catalog leaves them out.
 * @param folder of the ingest's artifact
 * @throws UserError where no ingest has come so far
 */
export async function explainIngest(folder: string): Promise<string[]> {
  const records = (await readTable(RECORDS, join(folder, 'records.arrow'))).toArray();
  const losses = lossLines([...(await rejectedIn(folder)), ...repeatedIn(records)]);
  const lines = losses.length === 0 ? ['every input is used'] : losses;
  return [...lines, ...lowContrastLines(records)].map(printable);
}

function lossLines(lost: readonly Quarantined[]): string[] {
  const byReason = new Map<QuarantineReason, Quarantined[]>();
  for (const one of lost) {
    const rejected = byReason.get(one.reason) ?? [];
    byReason.set(one.reason, rejected);
    rejected.push(one);
  }
  const groups = [...byReason].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  return groups.flatMap(([reason, rejected]) => [
    `${reason}: ${rejected.length} (${QUARANTINE_REASONS[reason]})`,
    ...firstOf(rejected),
  ]);
}

function lowContrastLines(records: readonly RecordRow[]): string[] {
  const dim = records.filter(({ grey_range }) => grey_range < LEAST_RANGE);
  if (dim.length === 0) return [];
  const inputs = dim.map(({ image_id: ref, grey_range }) => ({ ref, detail: `${grey_range} greys` }));
  return [
    `used, but of low contrast: ${dim.length} (98 % of the pixels are within ${LEAST_RANGE} of 256 greys)`,
    ...firstOf(inputs),
  ];
}

function firstOf(inputs: readonly Pick<Quarantined, 'ref' | 'detail'>[]): string[] {
  return [
    ...inputs.slice(0, SHOWN).map(({ ref, detail }) => `  ${ref}${detail === '' ? '' : `: ${detail}`}`),
    ...(inputs.length > SHOWN ? [`  and ${inputs.length - SHOWN} more`] : []),
  ];
}

/** A file's name may hold anything: it must not command the terminal. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
}

async function rejectedIn(folder: string): Promise<Quarantined[]> {
  const table = await readTable(QUARANTINE, join(folder, 'quarantine.arrow'));
  return table.toArray().map((row) => row.toJSON() as unknown as Quarantined);
}

function repeatedIn(records: readonly RecordRow[]): Quarantined[] {
  return repeatedFilms(
    records.map((row) => ({
      imageId: row.image_id,
      fileSha256: row.file_sha256,
      pixelSha256: row.pixel_sha256,
    })),
  );
}
