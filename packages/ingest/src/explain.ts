import { join } from 'node:path';
import { QUARANTINE, QUARANTINE_REASONS, type QuarantineReason, readTable } from '@viewgap/contracts';

/** Inputs that are shown of each reason. */
const SHOWN = 20;

interface Rejected {
  readonly ref: string;
  readonly reason: QuarantineReason;
  readonly detail: string;
}

/**
 * What an ingest did not use and why, as lines for a person: reasons by their number of inputs, the first inputs of
 * each. Reads quarantine.arrow, which is there too when an ingest lost more than its config allows.
 * @param folder of the ingest's artifact
 * @throws UserError where no ingest has come so far
 */
export async function explainIngest(folder: string): Promise<string[]> {
  const table = await readTable(QUARANTINE, join(folder, 'quarantine.arrow'));
  const byReason = new Map<QuarantineReason, Rejected[]>();
  for (const row of table) {
    const { ref, reason, detail } = row.toJSON() as unknown as Rejected;
    const rejected = byReason.get(reason) ?? [];
    byReason.set(reason, rejected);
    rejected.push({ ref, reason, detail });
  }
  if (byReason.size === 0) return ['every input is used'];
  const groups = [...byReason].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  return groups.flatMap(([reason, rejected]) => [
    `${reason}: ${rejected.length} (${QUARANTINE_REASONS[reason]})`,
    ...rejected.slice(0, SHOWN).map(({ ref, detail }) => `  ${ref}${detail === '' ? '' : `: ${detail}`}`),
    ...(rejected.length > SHOWN ? [`  and ${rejected.length - SHOWN} more in quarantine.arrow`] : []),
  ]);
}
