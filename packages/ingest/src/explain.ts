import { join } from 'node:path';
import { QUARANTINE, RECORDS, readTable } from '@viewgap/artifacts';
import { printableLine, QUARANTINE_REASONS, type QuarantineReason } from '@viewgap/contracts';
import { WARNINGS, warningsIn } from './dicom/warning.ts';
import { isLowContrast, LEAST_RANGE } from './pixels/contrast.ts';
import { filesAndRows } from './records/input-kinds.ts';
import { groupBy, type Quarantined } from './records/pairing.ts';
import { repeatedFilms } from './records/repeat-exposure.ts';
import type { Revealer } from './reveal.ts';

/** Inputs that are shown of each reason. */
const SHOWN = 20;

/** What is read of a row of records.arrow. */
interface RecordRow {
  readonly image_id: string;
  readonly file_sha256: string;
  readonly pixel_sha256: string;
  readonly grey_range: number;
  readonly warnings: string | null;
}

/**
 * What an ingest did not use and why, as lines for a person: reasons by their number of inputs, the first inputs of
 * each; then what it used although a person should look at it, which is no loss. Reads the tables, which are there too
 * when an ingest lost more than its config allows. Films that repeat another are records still: the catalog leaves them
 * out.
 * @param folder of the ingest's artifact
 * @param revealer puts paths, ids and texts in the place of pseudonyms
 * @throws UserError where no ingest has come so far
 */
export async function explainIngest(folder: string, revealer?: Revealer): Promise<string[]> {
  const records = (await readTable(RECORDS, join(folder, 'records.arrow'))).toArray();
  const lost = [...(await rejectedIn(folder)), ...repeatedIn(records)];
  const groups = [...lossGroups(lost), ...warned(records), ...lowContrast(records)];
  const lines: string[] = lost.length === 0 ? ['every input is used'] : [];
  for (const { title, inputs } of groups) {
    lines.push(title);
    for (const input of inputs.slice(0, SHOWN)) lines.push(`  ${await told(input, revealer)}`);
    if (inputs.length > SHOWN) lines.push(`  and ${inputs.length - SHOWN} more`);
  }
  return [...lines, ...(revealer?.doubts ?? [])].map(printableLine);
}

/** Inputs that a person is told of, under one title. */
interface Group {
  readonly title: string;
  readonly inputs: readonly Input[];
}

type Input = Pick<Quarantined, 'ref' | 'detail'> & { readonly reason?: QuarantineReason };

function lossGroups(lost: readonly Quarantined[]): Group[] {
  return [...groupBy(lost, ({ reason }) => reason)]
    .sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
    .map(([reason, inputs]) => ({
      title: `${reason}: ${filesAndRows(inputs)} (${QUARANTINE_REASONS[reason]})`,
      inputs,
    }));
}

function warned(records: readonly RecordRow[]): Group[] {
  return Object.entries(WARNINGS).flatMap(([warning, meaning]) => {
    const inputs = records
      .filter(({ warnings }) => warningsIn(warnings).some((one) => one === warning))
      .map(({ image_id: ref }) => ({ ref, detail: '' }));
    return inputs.length === 0
      ? []
      : [{ title: `used, but ${warning}: ${inputs.length} (${meaning})`, inputs }];
  });
}

function lowContrast(records: readonly RecordRow[]): Group[] {
  const inputs = records
    .filter(({ grey_range }) => isLowContrast(grey_range))
    .map(({ image_id: ref, grey_range }) => ({ ref, detail: `${grey_range} greys` }));
  const title = `used, but of low contrast: ${inputs.length} (98 % of the pixels are within ${LEAST_RANGE} of 256 greys)`;
  return inputs.length === 0 ? [] : [{ title, inputs }];
}

async function told({ ref, detail, reason }: Input, revealer: Revealer | undefined): Promise<string> {
  if (revealer === undefined) return withDetail(ref, detail);
  const words = reason !== undefined && WORDED.includes(reason) ? await revealer.words(ref) : null;
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

function repeatedIn(records: readonly RecordRow[]): Quarantined[] {
  return repeatedFilms(
    records.map((row) => ({
      imageId: row.image_id,
      fileSha256: row.file_sha256,
      pixelSha256: row.pixel_sha256,
    })),
  );
}
