import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { TableFault } from './table-fault.ts';

/** A table's bytes, from the start at each call. */
export type Bytes = () => AsyncIterable<Uint8Array>;

/** A table as it lies on the disk or in an archive. */
export interface TableSource {
  /** its name tells its kind */
  readonly path: string;
  /** where it lies on the disk, unless it is packed */
  readonly file?: string;
  /** unpacked, piece by piece */
  readonly bytes: Bytes;
}

/** How a person says that a table is to be read. */
export interface TableSettings {
  /** of a text table without a mark */
  readonly encoding?: string | undefined;
  /** of a workbook: the name of a sheet, or its number, from 1 */
  readonly sheet?: string | number | undefined;
  /** line of the header, from 1 */
  readonly headerRow?: number | undefined;
}

/** A line of a table, whatever its file is. */
export interface TableRecord {
  /** from 1: the first line that it takes */
  readonly line: number;
  readonly cells: readonly string[];
  /** true: cells that it lacks at its end are empty, and not cut off */
  readonly isWhole?: boolean;
  /** columns of formulas whose results the workbook does not have */
  readonly unsaved?: readonly number[];
  /** why it has no cells */
  readonly fault?: string;
}

/** The bytes of a file, unpacked where its name ends in .gz. @throws TableFault where the archive is damaged or cut short */
export function fileBytes(file: string): Bytes {
  return async function* () {
    const stream = createReadStream(file);
    if (!/\.gz$/i.test(file)) {
      yield* stream;
      return;
    }
    const gunzip = createGunzip();
    stream.on('error', (error) => gunzip.destroy(error));
    try {
      yield* stream.pipe(gunzip);
    } catch (cause) {
      if (!/^(Z_|ERR_.*ZLIB)/.test((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
      throw new TableFault('a damaged gzip file', 'fetch it again', { cause });
    } finally {
      stream.destroy();
    }
  };
}
