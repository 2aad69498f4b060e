import type { Cell, decodeTable, Sha256, TableShape } from '@viewgap/artifacts';
import type { QuarantineReason } from '@viewgap/contracts';
import { type Warning, warningsIn, warningText } from '../dicom/warning.ts';
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

/** What one image file came to: usable pixels, or the reason why not. */
export type Reading = ReadFacts &
  (
    | { readonly outcome: 'rejected'; readonly reason: QuarantineReason; readonly detail: string }
    | {
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
  );

export type UsableReading = Extract<Reading, { outcome: 'usable' }>;

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

/** The reading with its pixels at this place. */
export function placed(reading: Reading, holder: Place['holder'], hash: Sha256, row: number): Reading {
  return reading.outcome === 'usable' ? { ...reading, place: { holder, sha256: hash, row } } : reading;
}

function factsRow(reading: Reading): Record<string, Cell> {
  const { path, size, mtimeMs, ends = null } = reading.file;
  const film = reading.film && JSON.stringify(reading.film);
  const common = { path, size, mtime_ms: mtimeMs, ends, file_sha256: reading.fileSha256, film };
  if (reading.outcome === 'rejected') return { ...common, reason: reading.reason, detail: reading.detail };
  const { width, height, depth } = reading;
  return {
    ...common,
    width,
    height,
    pixel_sha256: reading.pixelSha256,
    depth,
    grey_range: reading.greyRange,
    phash: reading.phash,
    warnings: warningText(reading.warnings),
    image_bytes: reading.imageBytes,
  };
}

/** Row of a part: holds the encoded image. */
export const freshRow = ({ reading, encoded }: FreshReading) => ({ ...factsRow(reading), image: encoded });

/** Row of an index: points into a shard. */
export function settledRow(reading: Reading): Record<string, Cell> {
  if (reading.outcome === 'rejected') return factsRow(reading);
  const { holder, sha256: shard, row } = reading.place;
  // A film without a row keeps no pixels: it is read again if it gets one.
  return holder === 'shard' ? { ...factsRow(reading), shard, row } : factsRow(reading);
}

/** The readings of a file of the cache. `hash` is the file's own. */
export function readingsOf(table: ArrowTable, hash: Sha256): Reading[] {
  const cell = <T>(column: string, row: number) => table.getChild(column)?.get(row) as T;
  return Array.from({ length: table.numRows }, (_, i): Reading => {
    const ends = cell<string | null>('ends', i);
    const facts = {
      file: {
        path: cell<string>('path', i),
        size: cell<number>('size', i),
        mtimeMs: cell<number>('mtime_ms', i),
        ...(ends !== null && { ends }),
      },
      fileSha256: cell<Sha256>('file_sha256', i),
      film: JSON.parse(cell<string | null>('film', i) ?? 'null') as FilmFacts | null,
    };
    const reason = cell<QuarantineReason | null>('reason', i);
    if (reason !== null) return { ...facts, outcome: 'rejected', reason, detail: cell<string>('detail', i) };
    const shard = cell<Sha256 | null>('shard', i);
    return {
      ...facts,
      outcome: 'usable',
      width: cell<number>('width', i),
      height: cell<number>('height', i),
      pixelSha256: cell<Sha256>('pixel_sha256', i),
      depth: cell<number | null>('depth', i),
      greyRange: cell<number>('grey_range', i),
      phash: cell<string>('phash', i),
      warnings: warningsIn(cell<string | null>('warnings', i)),
      imageBytes: cell<number>('image_bytes', i),
      place:
        shard === null
          ? { holder: 'part', sha256: cell('image', i) === null ? NOT_KEPT : hash, row: i }
          : { holder: 'shard', sha256: shard, row: cell<number>('row', i) },
    };
  });
}
