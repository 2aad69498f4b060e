import type { Grey } from '../pixels/grey.ts';
import type { Kernels } from '../pixels/kernels.ts';
import type { Rejection } from '../rejection.ts';
import type { Codecs } from './codecs/codecs.ts';
import { parseDataSet, Values } from './data-set.ts';
import { type Film, filmOf, notChest } from './film.ts';
import { readFrame } from './frame.ts';
import { pixelModule } from './pixel-module.ts';
import { renderFilm } from './render.ts';

/** A film as its pixels show it. */
export interface DecodedFilm extends Grey {
  readonly film: Film;
}

/** What decoding a film needs beside its bytes. */
export interface DecodingTools {
  readonly kernels: Kernels;
  readonly codecs: Codecs;
  /** a film of more pixels is not decoded */
  readonly maxPixels: number;
  /** edge that the image will be resized to */
  readonly size: number;
  /** texts of Body Part Examined that mean the chest, beside those that say so */
  readonly bodyParts?: readonly string[];
}

/**
 * Decodes and renders a DICOM file of one chest radiograph.
 * @returns the film, or why it is not used: what it shows is judged before its pixels are touched
 * @throws Error where it cannot be read; no message quotes what the file says
 */
export async function decodeDicom(
  bytes: Uint8Array,
  { kernels, codecs, maxPixels, size, bodyParts }: DecodingTools,
): Promise<DecodedFilm | Rejection> {
  const values = new Values(parseDataSet(bytes));
  const other = notChest(values, bodyParts);
  if (other !== null) return { reason: 'not-chest', detail: other };
  const film = filmOf(values);
  const pixels = pixelModule(values);
  const { columns: width, rows: height, frames } = pixels;
  if (frames > 1) return { reason: 'several-frames', detail: `${frames} frames` };
  if (width * height > maxPixels) return { reason: 'over-size', detail: `${width} x ${height} pixels` };
  const frame = await readFrame(values, pixels, codecs, size);
  return { ...renderFilm(frame, values, pixels, kernels), film };
}
