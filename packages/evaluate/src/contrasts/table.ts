import type { EvaluateConfig, Progress } from '@viewgap/contracts';
import type { Columns, MetricsTableShape, RowOf } from '@viewgap/contracts/metrics';
import type { Study } from '../study/study.ts';
import type { Contrasts } from './estimates.ts';
import type { Reading } from './reading.ts';

/** What the tables of a study are computed from. */
export interface StudyTask {
  readonly study: Study;
  readonly config: EvaluateConfig;
  /** of the permuted labels and the bootstrap */
  readonly seed: number;
  /** every pair of models that is compared, the declared one first */
  readonly pairs: readonly (readonly [from: string, to: string])[];
  readonly reading: Reading;
  readonly progress: Progress;
}

/** One data set's part of the work. */
export interface DatasetTask extends StudyTask {
  readonly contrasts: Contrasts;
  /** what each row of this data set must say */
  readonly notes: readonly string[];
  /** The rows of another table for this data set, computed once. */
  readonly rowsOf: <Of extends Columns>(
    table: DatasetTable<Of>,
  ) => readonly RowOf<MetricsTableShape<string, Of>>[];
}

/** A table of metrics.json whose rows are computed data set by data set. */
export interface DatasetTable<Of extends Columns = Columns> {
  readonly shape: MetricsTableShape<string, Of>;
  readonly rows: (task: DatasetTask) => RowOf<MetricsTableShape<string, Of>>[];
  /**
   * A table that takes long and needs no AUROC and no rows of others may be made by a second thread: the name of its
   * work, the same for tables that share theirs. Null where it is not.
   */
  readonly apart: string | null;
}

/** A table that is computed for the whole study, after the others. */
export interface StudyTable<Of extends Columns = Columns> {
  readonly shape: MetricsTableShape<string, Of>;
  readonly studyRows: (task: StudyTask) => Promise<RowOf<MetricsTableShape<string, Of>>[]>;
}

export type Table = DatasetTable | StudyTable;

/** A table of metrics.json: its columns, and how a data set's rows are computed. */
export function tableOf<Of extends Columns>(
  shape: MetricsTableShape<string, Of>,
  rows: DatasetTable<Of>['rows'],
): DatasetTable<Of> {
  return { shape, rows, apart: null };
}

/** A table that takes long, and needs no AUROC and no rows of another table. @param work of tables that share theirs */
export function tableApart<Of extends Columns>(
  shape: MetricsTableShape<string, Of>,
  rows: DatasetTable<Of>['rows'],
  work: string = shape.name,
): DatasetTable<Of> {
  return { shape, rows, apart: work };
}
