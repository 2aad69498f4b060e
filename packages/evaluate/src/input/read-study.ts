import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDuckDB } from '@viewgap/artifacts';
import { counted, type Progress } from '@viewgap/contracts';
import type { Study } from '../study/study.ts';
import { checkLayout, type InputLayout } from './files/prediction-columns.ts';
import { type LoadOptions, loadStudy } from './load-study.ts';
import { openPredictions } from './prediction-files.ts';

/**
 * Reads predictions tables into the columns of a study, streamed: memory grows with the images, not with the rows.
 * @throws UserError for files that are missing or cannot be read, missing columns, and faulty rows
 */
export async function readStudy(
  paths: readonly string[],
  layout: InputLayout,
  options: Omit<LoadOptions, 'onRows' | 'warn'>,
  progress: Progress,
): Promise<Study> {
  checkLayout(layout);
  let copies: Promise<string> | null = null;
  const scratch = () => {
    copies ??= mkdtemp(join(tmpdir(), 'viewgap-texts-'));
    return copies;
  };
  const work = withDuckDB(':memory:', async (connection) => {
    const warn = (line: string) => progress.log(`evaluate: ${line}`);
    const queries = await openPredictions(connection, paths, { layout, scratch, warn });
    let task: ReturnType<Progress['start']> | null = null;
    const study = await loadStudy(connection, queries, {
      ...options,
      warn,
      onRows: (rows, of) => {
        task ??= progress.start('read predictions', of, 'row');
        task.update(rows);
      },
    });
    (task as ReturnType<Progress['start']> | null)?.finish(counted(study.rows, 'row'));
    return study;
  });
  return work.finally(async () => {
    if (copies !== null) await rm(await copies, { recursive: true, force: true });
  });
}
