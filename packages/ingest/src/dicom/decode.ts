import type { Grey, Kernels } from '@viewgap/shards/grey';
import { lowBand } from '../pixels/low-band.ts';
import { type ChestWords, notChest } from './chest.ts';
import type { Codecs } from './codecs/codecs.ts';
import { type Frame, halvings, isHalved, readFrame } from './frame.ts';
import { parseDataSet, Values } from './header/data-set.ts';
import { type Film, filmOf } from './header/film.ts';
import { type PixelModule, pixelModule } from './pixel-module.ts';
import type { Rejection } from './rejection.ts';
import { renderFilm } from './render.ts';
import type { Warning } from './warning.ts';

/** A film as its pixels show it. */
export interface DecodedFilm extends Grey {
  readonly film: Film;
  readonly warnings: readonly Warning[];
}

/** What decoding a film needs beside its bytes. */
export interface DecodingTools extends ChestWords {
  readonly kernels: Kernels;
  readonly codecs: Codecs;
  /** a film of more pixels is not decoded */
  readonly maxPixels: number;
  /** edge that the image will be resized to */
  readonly size: number;
  /** true: not only a chest */
  readonly anything?: boolean;
}

/**
 * Decodes and renders a DICOM file of one chest radiograph.
 * @returns the film, or why it is not used: what it shows is judged before its pixels are touched
 * @throws Error where it cannot be read; no message quotes what the file says
 */
export async function decodeDicom(
  bytes: Uint8Array,
  { kernels, codecs, maxPixels, size, anything = false, ...words }: DecodingTools,
): Promise<DecodedFilm | Rejection> {
  const values = new Values(parseDataSet(bytes));
  const other = anything ? null : notChest(values, words);
  if (other !== null) return other;
  const film = filmOf(values);
  const pixels = pixelModule(values);
  const { columns: width, rows: height, frames } = pixels;
  if (frames > 1) return { reason: 'several-frames', detail: `${frames} frames` };
  if (width * height > maxPixels) return { reason: 'over-size', detail: `${width} x ${height} pixels` };
  const frame = halved(await readFrame(values, pixels, codecs, size), pixels, size, kernels);
  return { ...renderFilm(frame, values, pixels, kernels), film, warnings: warningsOf(values, frame) };
}

function warningsOf(values: Values, { endAdded }: Frame): Warning[] {
  const isForProcessing = values.text('PresentationIntentType')?.toUpperCase() === 'FOR PROCESSING';
  return [
    ...(endAdded ? ['no-end-marker' as const] : []),
    ...(isForProcessing ? ['for-processing' as const] : []),
  ];
}

/** The frame at the resolution that the resize needs, unless it was decoded so already. */
function halved(frame: Frame, pixels: PixelModule, size: number, kernels: Kernels): Frame {
  const { width, height, samples } = frame;
  const levels = halvings(frame, size);
  if (frame.step > 1 || levels === 0 || !isHalved(pixels) || !(samples instanceof Uint16Array)) return frame;
  const low = lowBand({ width, height, values: samples }, levels, pixels.bitsStored, kernels);
  return {
    ...frame,
    width: low.width,
    height: low.height,
    samples: low.values,
    compressed: true,
    step: 2 ** levels,
  };
}
