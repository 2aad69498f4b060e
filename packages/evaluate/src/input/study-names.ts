import type { DuckDBConnection } from '@duckdb/node-api';
import { appendRows, type Cell, queryRows } from '@viewgap/artifacts';
import { FINDINGS, UserError } from '@viewgap/contracts';
import { MEAN } from '../study/study.ts';

/** The numbers' meanings: models and seeds, findings, sets of labels. */
export interface StudyNames {
  readonly units: readonly { readonly model: string; readonly seed: number }[];
  readonly findings: readonly string[];
  readonly sets: readonly string[];
}

/**
 * Numbers the models and seeds, the findings and the sets of labels of the view `predictions`, in SQL tables of their
 * own.
 * @param wanted the findings of the study; null: all that the rows have
 */
export async function numberNames(
  connection: DuckDBConnection,
  wanted: readonly string[] | null,
): Promise<StudyNames> {
  const rows = await queryRows<{ model: string | null; seed: number; finding: string | null; set: string }>(
    connection,
    `select distinct model, seed, finding, coalesce(label_set, '') as "set" from predictions`,
  );
  const sound = rows.filter(
    ({ model, seed, finding }) => model !== null && finding !== null && Number.isInteger(seed),
  );
  const all = [...new Set(sound.map(({ finding }) => finding as string))].sort(byStudyOrder);
  const findings = all.filter((finding) => wanted === null || wanted.includes(finding));
  const unscored = wanted?.filter((finding) => !all.includes(finding)) ?? [];
  if (unscored.length > 0 && all.length > 0) {
    throw new UserError(
      'the predictions lack these findings',
      unscored.join(', '),
      `the predictions have ${all.join(', ')}`,
    );
  }
  if (findings.includes(MEAN)) {
    throw new UserError('a finding has the name that is reserved for means', MEAN, 'give it another name');
  }
  const pairs = new Set(sound.map(({ model, seed }) => JSON.stringify([model, seed])));
  const units = [...pairs]
    .map((pair) => JSON.parse(pair) as [string, number])
    .map(([model, seed]) => ({ model, seed }))
    .sort((a, b) => (a.model === b.model ? a.seed - b.seed : a.model < b.model ? -1 : 1));
  const sets = [...new Set(rows.map(({ set }) => set))].sort();
  await numbered(connection, 'unit_codes (model varchar, seed double, code integer)', units);
  await numbered(
    connection,
    'finding_codes (finding varchar, code integer)',
    findings.map((finding) => ({ finding })),
  );
  await numbered(
    connection,
    'set_codes (label_set varchar, code integer)',
    sets.map((set) => ({ label_set: set })),
  );
  return { units, findings, sets };
}

/** A table of these rows, each with its position as its code. */
async function numbered(
  connection: DuckDBConnection,
  table: string,
  rows: readonly Readonly<Record<string, Cell>>[],
): Promise<void> {
  await connection.run(`create temp table ${table}`);
  await appendRows(
    connection,
    table.split(' ')[0] as string,
    rows.map((row, code) => ({ ...row, code })),
  );
}

/** The study's findings in their own order, any others after them by name. */
function byStudyOrder(a: string, b: string): number {
  const rank = (finding: string) => {
    const index = (FINDINGS as readonly string[]).indexOf(finding);
    return index === -1 ? FINDINGS.length : index;
  };
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** Number of the set of labels that the tables are of. */
export function primarySet(sets: readonly string[], wanted: string | null): number {
  if (wanted !== null && !sets.includes(wanted)) {
    throw new UserError('no such set of labels', wanted, `the predictions have ${sets.join(', ')}`);
  }
  return Math.max(0, sets.indexOf(wanted ?? 'report'));
}
