import { join } from 'node:path';
import {
  QUARANTINE,
  QUARANTINE_REASONS,
  type QuarantineReason,
  RECORDS,
  readTable,
} from '@viewgap/contracts';
import type { Quarantined } from './pairing.ts';
import { repeatedFilms } from './repeated-film.ts';

/** Inputs that are shown of each reason. */
const SHOWN = 20;

/**
 * What an ingest did not use and why, as lines for a person: reasons by their number of inputs, the first inputs of
 * each. Reads the tables, which are there too when an ingest lost more than its config allows. Films that repeat another
 * are records still: the catalog leaves them out.
 * @param folder of the ingest's artifact
 * @throws UserError where no ingest has come so far
 */
export async function explainIngest(folder: string): Promise<string[]> {
  const byReason = new Map<QuarantineReason, Quarantined[]>();
  for (const one of [...(await rejectedIn(folder)), ...(await repeatedIn(folder))]) {
    const rejected = byReason.get(one.reason) ?? [];
    byReason.set(one.reason, rejected);
    rejected.push(one);
  }
  if (byReason.size === 0) return ['every input is used'];
  const groups = [...byReason].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  const lines = groups.flatMap(([reason, rejected]) => [
    `${reason}: ${rejected.length} (${QUARANTINE_REASONS[reason]})`,
    ...rejected.slice(0, SHOWN).map(({ ref, detail }) => `  ${ref}${detail === '' ? '' : `: ${detail}`}`),
    ...(rejected.length > SHOWN ? [`  and ${rejected.length - SHOWN} more`] : []),
  ]);
  return lines.map(printable);
}

/** A file's name may hold anything: it must not command the terminal. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
}

async function rejectedIn(folder: string): Promise<Quarantined[]> {
  const table = await readTable(QUARANTINE, join(folder, 'quarantine.arrow'));
  return table.toArray().map((row) => row.toJSON() as unknown as Quarantined);
}

async function repeatedIn(folder: string): Promise<Quarantined[]> {
  const table = await readTable(RECORDS, join(folder, 'records.arrow'));
  return repeatedFilms(
    table.toArray().map((row) => ({
      imageId: row.image_id,
      fileSha256: row.file_sha256,
      pixelSha256: row.pixel_sha256,
    })),
  );
}
