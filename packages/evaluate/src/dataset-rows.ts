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
 * The rows of every table: those tables that take long and share no AUROC with others are made by a thread of their own
 * where the study is large. Where they are made changes no number.
 */
export async function datasetRows(
  task: StudyTask,
  tables: readonly DatasetTable[],
): Promise<Record<string, Rows>> {
  const isLarge = scoreCount(task.study) >= LARGE && availableParallelism() > 1;
  const apart = tables.filter(({ isApart }) => isLarge && isApart);
  if (apart.length === 0) return rowsOfTables(task, tables);
  const { rows, stop } = rowsApart(
    task,
    apart.map(({ shape }) => shape.name),
  );
  try {
    const own = rowsOfTables(
      task,
      tables.filter((table) => !apart.includes(table)),
    );
    return { ...own, ...(await rows) };
  } finally {
    await stop();
  }
}

/** What the thread makes: the rows of the tables of these names. */
export async function rowsOfNamed(
  task: Omit<StudyTask, 'progress'>,
  names: readonly string[],
): Promise<Record<string, Rows>> {
  const tables = (await metricsTables()).filter(
    (table): table is DatasetTable => 'rows' in table && names.includes(table.shape.name),
  );
  return rowsOfTables({ ...task, progress: silentProgress }, tables);
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
