import { join } from 'node:path';
import {
  printable,
  QUARANTINE,
  QUARANTINE_REASONS,
  type QuarantineReason,
  RECORDS,
  readTable,
} from '@viewgap/contracts';
import type { Quarantined } from './pairing.ts';
import { repeatedFilms } from './repeated-film.ts';
import type { Revealer } from './reveal.ts';

/** Inputs that are shown of each reason. */
const SHOWN = 20;

/**
 * What an ingest did not use and why, as lines for a person: reasons by their number of inputs, the first inputs of
 * each. Reads the tables, which are there too when an ingest lost more than its config allows. Films that repeat another
 * are records still: the catalog leaves them out.
 * @param folder of the ingest's artifact
 * @param revealer puts paths, ids and texts in the place of pseudonyms
 * @throws UserError where no ingest has come so far
 */
export async function explainIngest(folder: string, revealer?: Revealer): Promise<string[]> {
  const byReason = new Map<QuarantineReason, Quarantined[]>();
  for (const one of [...(await rejectedIn(folder)), ...(await repeatedIn(folder))]) {
    const rejected = byReason.get(one.reason) ?? [];
    byReason.set(one.reason, rejected);
    rejected.push(one);
  }
  if (byReason.size === 0) return ['every input is used'];
  const groups = [...byReason].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  const lines: string[] = [];
  for (const [reason, rejected] of groups) {
    lines.push(`${reason}: ${rejected.length} (${QUARANTINE_REASONS[reason]})`);
    for (const one of rejected.slice(0, SHOWN)) lines.push(`  ${await told(one, revealer)}`);
    if (rejected.length > SHOWN) lines.push(`  and ${rejected.length - SHOWN} more`);
  }
  return lines.map(printable);
}

async function told({ ref, detail, reason }: Quarantined, revealer: Revealer | undefined): Promise<string> {
  if (revealer === undefined) return withDetail(ref, detail);
  const words = WORDED.includes(reason) ? await revealer.words(ref) : null;
  const row = revealer.row(ref);
  const said = [revealer.reveal(words ?? detail), ...(row === null ? [] : [row])];
  return withDetail(revealer.reveal(ref), said.filter((text) => text !== '').join('; '));
}

/** Reasons for which a reader has more to say than may be written down. */
const WORDED: readonly QuarantineReason[] = ['unreadable', 'truncated', 'not-chest'];

function withDetail(ref: string, detail: string): string {
  return detail === '' ? ref : `${ref}: ${detail}`;
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
