import { readFile } from 'node:fs/promises';
import { UserError } from '@viewgap/contracts';
import { type Table, tableFromIPC } from 'apache-arrow';
import { checkColumns } from './prediction-columns.ts';
import type { PredictionRow, PredictionRows } from './prediction-rows.ts';

/** Reads an Arrow IPC file or stream, batch by batch; of its columns those that have a predictions table's names. */
export async function readArrow(path: string, rows: PredictionRows): Promise<void> {
  const table = await tableOf(path);
  checkColumns(table.schema.names.map(String), path);
  for (const batch of table.batches) {
    const cells = (name: keyof PredictionRow) => {
      const column = batch.getChild(name);
      return (i: number): unknown => column?.get(i) ?? null;
    };
    const [dataset, image, patient, view] = [
      cells('dataset'),
      cells('image_id'),
      cells('patient_id'),
      cells('view'),
    ];
    const [model, finding, split] = [cells('model'), cells('finding'), cells('split')];
    const [label, score, seed] = [cells('label'), cells('score'), cells('seed')];
    for (let i = 0; i < batch.numRows; i++) {
      rows.add({
        dataset: text(dataset(i)),
        image_id: text(image(i)),
        patient_id: text(patient(i)),
        view: text(view(i)),
        model: text(model(i)),
        finding: text(finding(i)),
        split: text(split(i)),
        label: knownLabel(label(i)),
        score: real(score(i)),
        seed: real(seed(i)) ?? 0,
      });
    }
  }
}

async function tableOf(path: string): Promise<Table> {
  const bytes = await readFile(path);
  try {
    return tableFromIPC(bytes);
  } catch (cause) {
    throw new UserError('a predictions file that cannot be read', path, 'it is no Arrow IPC file', { cause });
  }
}

/** Ids may be numbers in other programs' tables. */
function text(value: unknown): string | null {
  return value === null ? null : String(value);
}

/** 64-bit integers come as bigint; what is there but is no number becomes NaN, which the rows report. */
function real(value: unknown): number | null {
  if (value === null || typeof value === 'number') return value;
  return typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : Number.NaN;
}

/** pandas writes an unknown label as NaN. */
function knownLabel(value: unknown): number | null {
  return typeof value === 'number' && Number.isNaN(value) ? null : real(value);
}
