import type { Cell, decodeTable, Sha256, TableShape } from '@viewgap/artifacts';
import type { QuarantineReason } from '@viewgap/contracts';
import { type Warning, warningText } from '../dicom/warning.ts';
import type { ListedFile } from '../files/tree/listed-file.ts';
import type { FilmFacts } from './film-facts.ts';

/** Where an encoded image lies: a row of a part of the cache, or of a shard of the store. */
export interface Place {
  readonly holder: 'part' | 'shard';
  readonly sha256: Sha256;
  readonly row: number;
}

interface ReadFacts {
  readonly file: ListedFile;
  readonly fileSha256: Sha256;
  /** facts of a DICOM header; null for other files, and where it cannot be read */
  readonly film: FilmFacts | null;
}

export interface RejectedReading extends ReadFacts {
  readonly outcome: 'rejected';
  readonly reason: QuarantineReason;
  readonly detail: string;
}

export interface UsableReading extends ReadFacts {
  readonly outcome: 'usable';
  readonly width: number;
  readonly height: number;
  readonly pixelSha256: Sha256;
  readonly depth: number | null;
  readonly greyRange: number;
  /** perceptual hash of the image, hexadecimal */
  readonly phash: string;
  readonly warnings: readonly Warning[];
  /** bytes of the encoded image */
  readonly imageBytes: number;
  readonly place: Place;
}

/** What one image file came to: usable pixels, or the reason why not. */
export type Reading = RejectedReading | UsableReading;

const text = (name: string) => ({ name, type: 'text', nullable: false }) as const;
const textOrNull = (name: string) => ({ name, type: 'text', nullable: true }) as const;
const intOrNull = (name: string) => ({ name, type: 'int32', nullable: true }) as const;

/** A file of the cache: one row an image file that was read. `image` or (shard, row) holds the encoded image of a usable one. */
export const READINGS: TableShape = {
  name: 'readings',
  version: 5,
  columns: [
    text('path'),
    { name: 'size', type: 'float64', nullable: false, unit: 'bytes' },
    { name: 'mtime_ms', type: 'float64', nullable: false, unit: 'milliseconds since 1970' },
    { ...textOrNull('ends'), unit: 'of the SHA-256 of the first and the last block' },
    text('file_sha256'),
    textOrNull('reason'),
    textOrNull('detail'),
    intOrNull('width'),
    intOrNull('height'),
    textOrNull('pixel_sha256'),
    intOrNull('depth'),
    intOrNull('grey_range'),
    textOrNull('phash'),
    { ...textOrNull('film'), unit: 'JSON: what the header says, ids as pseudonyms' },
    textOrNull('warnings'),
    intOrNull('image_bytes'),
    { name: 'image', type: 'bytes', nullable: true },
    textOrNull('shard'),
    intOrNull('row'),
  ],
};

/** Stands for the part that holds what no part holds. */
const NOT_KEPT = 'not kept';

type ArrowTable = ReturnType<typeof decodeTable>;

/** A reading that has just been made, its image not yet placed. */
export interface FreshReading {
  readonly reading: Reading;
  readonly encoded: Uint8Array | null;
}

type Cells = Readonly<Record<string, Cell>>;

/** Row of a part: holds the encoded image. */
export function freshRow({ reading, encoded }: FreshReading): Cells {
  return readingRow(reading, { image: encoded });
}

/** Row of an index: points into a shard. */
export function settledRow(reading: Reading): Cells {
  const place = reading.outcome === 'usable' ? reading.place : null;
  // A film without a row keeps no pixels: it is read again if it gets one.
  return readingRow(reading, place?.holder === 'shard' ? { shard: place.sha256, row: place.row } : {});
}

interface Pixels {
  readonly image: Uint8Array | null;
  readonly shard: Sha256 | null;
  readonly row: number | null;
}

/** All rows have all columns: objects that are put together of several take ten times as long. */
function readingRow(reading: Reading, { image = null, shard = null, row = null }: Partial<Pixels>): Cells {
  const { file, fileSha256, film } = reading;
  const usable = reading.outcome === 'usable' ? reading : null;
  const rejected = reading.outcome === 'rejected' ? reading : null;
  return {
    path: file.path,
    size: file.size,
    mtime_ms: file.mtimeMs,
    ends: file.ends ?? null,
    file_sha256: fileSha256,
    reason: rejected?.reason ?? null,
    detail: rejected?.detail ?? null,
    width: usable?.width ?? null,
    height: usable?.height ?? null,
    pixel_sha256: usable?.pixelSha256 ?? null,
    depth: usable?.depth ?? null,
    grey_range: usable?.greyRange ?? null,
    phash: usable?.phash ?? null,
    film: film && JSON.stringify(film),
    warnings: usable && warningText(usable.warnings),
    image_bytes: usable?.imageBytes ?? null,
    image,
    shard,
    row,
  };
}

/** The readings of a file of the cache, and where their pixels are. `hash` is the file's own. */
export function* readingsOf(
  table: ArrowTable,
  hash: Sha256,
): Generator<{ readonly path: string; readonly cells: Cells; readonly place: Place | null }> {
  const columns = READINGS.columns.map(({ name }) => [name, table.getChild(name)] as const);
  const image = table.getChild('image');
  for (let i = 0; i < table.numRows; i++) {
    const cells: Record<string, Cell> = {};
    for (const [name, vector] of columns) {
      if (vector !== image) cells[name] = vector?.get(i) as Cell;
    }
    const { path, reason, shard, row } = cells as { path: string; [column: string]: Cell };
    yield {
      path,
      cells,
      place: reason === null ? placeOf(shard as Sha256 | null, row as number | null, i) : null,
    };
  }

  function placeOf(shard: Sha256 | null, row: number | null, i: number): Place {
    if (shard !== null && row !== null) return { holder: 'shard', sha256: shard, row };
    return { holder: 'part', sha256: image?.isValid(i) ? hash : NOT_KEPT, row: i };
  }
}
