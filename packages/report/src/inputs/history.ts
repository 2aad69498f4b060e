import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from '@viewgap/artifacts';
import { type HistoryLine, historyLine, UserError } from '@viewgap/contracts';

/** One training, as the report shows it. */
export interface Training {
  readonly model: string;
  readonly seed: number;
  readonly history: readonly HistoryLine[];
}

/** Reads history.jsonl of a finished train artifact. */
export async function readHistory(train: Artifact, rebuild: string): Promise<HistoryLine[]> {
  const path = join(train.folder, 'history.jsonl');
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, i) => {
    try {
      return historyLine.parse(JSON.parse(line));
    } catch (cause) {
      throw new UserError(`line ${i + 1} is not a line of a training's history`, path, rebuild, { cause });
    }
  });
}

/** The epoch whose weights are used: the last that was the best so far. */
export function keptEpoch(history: readonly HistoryLine[]): HistoryLine | undefined {
  return history.findLast((line) => line.best);
}
