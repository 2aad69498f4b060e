import { availableParallelism } from 'node:os';
import { counted, silentProgress } from '@viewgap/contracts';
import { Contrasts } from './contrasts/estimates.ts';
import type { DatasetTable, DatasetTask, StudyTask } from './contrasts/table.ts';
import { metricsTables } from './metrics-tables.ts';
import { rowsApart } from './rows-apart.ts';
import type { Dataset, Study } from './study/study.ts';

export type Rows = readonly object[];

/** From this many scores on a second thread saves more time than its start takes. */
const LARGE = 1_000_000;

/**
 * The rows of every table. Where the study is large a second thread makes tables that take long and share no AUROC with
 * others, and this thread helps with those not begun when it is done with its own. Who makes them changes no number.
 */
export async function datasetRows(
  task: StudyTask,
  tables: readonly DatasetTable[],
): Promise<Record<string, Rows>> {
  const isLarge = scoreCount(task.study) >= LARGE && availableParallelism() > 1;
  const works = isLarge ? worksOf(tables) : [];
  if (works.length === 0) return rowsOfTables(task, tables);
  const claims = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const { rows, stop } = rowsApart(task, works, claims);
  try {
    const own = rowsOfTables(
      task,
      tables.filter(({ apart }) => apart === null),
    );
    const helped = await claimedRows(task, works, claims);
    return { ...own, ...helped, ...(await rows) };
  } finally {
    await stop();
  }
}

/** Names of the tables of each work that a thread may take. */
function worksOf(tables: readonly DatasetTable[]): string[][] {
  const works = new Set(tables.flatMap(({ apart }) => apart ?? []));
  return [...works].map((work) =>
    tables.filter(({ apart }) => apart === work).map(({ shape }) => shape.name),
  );
}

/**
 * The rows of those works that this thread is the first to claim. @param claims one integer that threads share: how many
 * works are claimed
 */
export async function claimedRows(
  task: Omit<StudyTask, 'progress'>,
  works: readonly (readonly string[])[],
  claims: SharedArrayBuffer,
): Promise<Record<string, Rows>> {
  const tables = await metricsTables();
  const claimed = new Int32Array(claims);
  const rows: Record<string, Rows> = {};
  for (let w = Atomics.add(claimed, 0, 1); w < works.length; w = Atomics.add(claimed, 0, 1)) {
    const own = tables.filter(
      (table): table is DatasetTable => 'rows' in table && works[w]?.includes(table.shape.name) === true,
    );
    Object.assign(rows, rowsOfTables({ ...task, progress: silentProgress }, own));
  }
  return rows;
}

function scoreCount({ datasets }: Study): number {
  return datasets.reduce(
    (sum, { images, units }) =>
      sum + units.reduce((columns, { scores }) => columns + images * scores.filter(Boolean).length, 0),
    0,
  );
}

/** The rows of tables, data set by data set, so that the estimates of one alone are in memory. */
export function rowsOfTables(task: StudyTask, tables: readonly DatasetTable[]): Record<string, Rows> {
  const { study, progress } = task;
  const rows = new Map(tables.map(({ shape }) => [shape.name, [] as object[]]));
  const shown = progress.start('evaluate', study.datasets.length * tables.length, 'table');
  let done = 0;
  for (const dataset of study.datasets) {
    const own = datasetTask(task, dataset);
    for (const table of tables) {
      for (const row of own.rowsOf(table)) rows.get(table.shape.name)?.push(row);
      shown.update(++done, `${dataset.name} ${table.shape.name}`);
    }
  }
  const rowCount = (table: string) => rows.get(table)?.length ?? 0;
  shown.finish(`${counted(rowCount('cells'), 'cell')}, ${counted(rowCount('changes'), 'change')}`);
  return Object.fromEntries(rows);
}

function datasetTask(task: StudyTask, dataset: Dataset): DatasetTask {
  const computed = new Map<unknown, readonly object[]>();
  const own: DatasetTask = {
    ...task,
    contrasts: new Contrasts(dataset, task.study.findings),
    notes: datasetNotes(dataset),
    rowsOf: (table) => {
      const rows = (computed.get(table) as ReturnType<typeof table.rows>) ?? table.rows(own);
      computed.set(table, rows);
      return rows;
    },
  };
  return own;
}

function datasetNotes({ images, orphans }: Dataset): string[] {
  if (orphans === 0) return [];
  return [
    orphans === images
      ? 'no patient ids: each image is its own cluster, so that standard errors are too small where patients have several images'
      : `images without a patient id, each its own cluster: ${orphans}`,
  ];
}
