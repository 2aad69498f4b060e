import { basename } from 'node:path';
import { nearestName, UserError } from '@viewgap/contracts';

/** Columns that every table needs; a file may lack seed (0 then) and split. */
const NEEDED = ['dataset', 'image_id', 'patient_id', 'view', 'model', 'finding', 'label', 'score'] as const;

/** @throws UserError for the first column that is missing, with the nearest one of the file */
export function checkColumns(names: readonly string[], path: string): void {
  const missing = NEEDED.find((needed) => !names.includes(needed));
  if (missing === undefined) return;
  const near = nearestName(missing, names);
  throw new UserError(`no column ${missing}`, basename(path), near.replace(/^known:/, 'the file has'));
}
