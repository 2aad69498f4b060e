import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { Sha256 } from '@viewgap/artifacts';
import type { IngestConfig } from '@viewgap/contracts';
import { DecodeError, isConstant, Kernels, writeGreyPng } from '@viewgap/shards/grey';
import type { ChestWords } from '../dicom/chest.ts';
import { Codecs } from '../dicom/codecs/codecs.ts';
import { type DecodedFilm, decodeFilm, type OpenedFilm, openFilm } from '../dicom/decode.ts';
import { isDicom } from '../dicom/header/data-set.ts';
import type { Film } from '../dicom/header/film.ts';
import type { Rejection } from '../dicom/rejection.ts';
import type { Warning } from '../dicom/warning.ts';
import { Hasher, phashToHex } from '../phash/phash.ts';
import { greyRange } from '../pixels/contrast.ts';
import { Resizer } from '../pixels/resize.ts';
import { decodeRaster, type Raster } from './raster.ts';
import { endsEarly } from './truncation.ts';

/** A file above this many bytes, or an image above this many pixels, is not decoded. */
export const MAX_FILE_BYTES = 2 ** 28;
export const MAX_PIXELS = 2 ** 26;

/** How images are read. */
export interface ReaderSettings extends IngestConfig, ChestWords {
  /** bits of the values in raster files of more than 8, where the source tells */
  readonly depth?: number;
  /** true: whatever an image shows, for a person who looks at what is not used */
  readonly anything?: boolean;
}

/** An image that can be used. */
export interface Radiograph {
  /** pixels of the original */
  readonly width: number;
  readonly height: number;
  /** SHA-256 of width and height (32 bits each, little endian) and the decoded 8-bit grey pixels, row by row */
  readonly pixelSha256: Sha256;
  /** bits of a raster file's values; null: fractions, values below 0, and DICOM */
  readonly depth: number | null;
  /** 99th minus 1st percentile of the decoded greys */
  readonly greyRange: number;
  /** of `encoded`: see phash.ts, hexadecimal */
  readonly phash: string;
  /** 8-bit grey, `size` square, as PNG or raw, row by row */
  readonly encoded: Uint8Array<ArrayBuffer>;
  /** what the header of a DICOM file says; null for other files */
  readonly film: Film | null;
  readonly warnings: readonly Warning[];
}

/** Why an image is not used, and what the header of a DICOM file says all the same: it may have a row. */
export interface RejectedImage extends Rejection {
  readonly film: Film | null;
}

/** Reads image files, DICOM or others, one after another: keeps decoders and their memory from one to the next. */
export class RadiographReader {
  readonly #kernels = new Kernels();
  readonly #resizer = new Resizer(this.#kernels);
  readonly #codecs = new Codecs();
  readonly #hasher = new Hasher();

  constructor(readonly settings: ReaderSettings) {}

  /**
   * Decodes an image file to 8-bit grey and resizes it once, antialiased (Lanczos 3), to a square.
   * A file that was packed by gzip is unpacked. `stretch` fills the square whatever the film's shape; `letterbox` keeps the shape on black.
   */
  async read(file: Uint8Array): Promise<Radiograph | RejectedImage> {
    let opened: OpenedFilm | null = null;
    try {
      const bytes = unpacked(file);
      opened = isDicom(bytes) ? openFilm(bytes) : null;
      const image = await this.#read(bytes, opened);
      return 'reason' in image ? { ...image, film: opened?.film ?? null } : image;
    } catch (error) {
      const words = firstLine(error);
      const reason = endsEarly(words) ? 'truncated' : 'unreadable';
      // A library's words may quote the file.
      const detail = error instanceof DecodeError ? words : '';
      return { reason, detail, words, film: opened?.film ?? null };
    }
  }

  async #read(bytes: Uint8Array, opened: OpenedFilm | null): Promise<Radiograph | Rejection> {
    const { size, geometry, minEdge, bodyParts, modalities, depth, anything = false } = this.settings;
    const decoded: DecodedFilm | Raster | Rejection =
      opened === null
        ? await decodeRaster(bytes, this.#kernels, { maxPixels: MAX_PIXELS, codecs: this.#codecs, depth })
        : await decodeFilm(opened, {
            kernels: this.#kernels,
            codecs: this.#codecs,
            maxPixels: MAX_PIXELS,
            size,
            bodyParts,
            modalities,
            anything,
          });
    if ('reason' in decoded) return decoded;
    const { pixels } = decoded;
    const { width, height } = decoded.thinned ?? decoded;
    if (!anything && Math.min(width, height) < minEdge) {
      return { reason: 'too-small', detail: `${width} x ${height} pixels` };
    }
    if (!anything && isConstant(pixels)) {
      return { reason: 'constant', detail: `every pixel is ${pixels[0]}` };
    }
    // Before the resize: pixels that lie in the kernels' memory are gone when that grows.
    const pixelSha256 = pixelHash(width, height, pixels);
    const range = greyRange(decoded);
    const square = { width: size, height: size, pixels: this.#resizer[geometry](decoded, size) };
    return {
      width,
      height,
      pixelSha256,
      depth: 'depth' in decoded ? decoded.depth : null,
      greyRange: range,
      phash: phashToHex(this.#hasher.film(square)),
      encoded: this.settings.encoding === 'raw' ? square.pixels.slice() : writeGreyPng(square, this.#kernels),
      film: 'film' in decoded ? decoded.film : null,
      warnings: decoded.warnings,
    };
  }
}

/** @throws Error where a gzip file is damaged, or holds more bytes than a file may have */
function unpacked(file: Uint8Array): Uint8Array {
  const isPacked = file[0] === 0x1f && file[1] === 0x8b;
  return isPacked ? gunzipSync(file, { maxOutputLength: MAX_FILE_BYTES }) : file;
}

function pixelHash(width: number, height: number, pixels: Uint8Array): Sha256 {
  const shape = new Uint8Array(new Uint32Array([width, height]).buffer);
  return createHash('sha256').update(shape).update(pixels).digest('hex');
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').replace(/:\s*$/, '').slice(0, 120);
}
