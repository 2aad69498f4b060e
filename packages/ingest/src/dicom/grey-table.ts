import type { Tag, Values } from './header/data-set.ts';
import { lookUpTable } from './look-up-table.ts';
import type { PixelModule } from './pixel-module.ts';

/** Every number that 16 bits can store. */
const CODES = 2 ** 16;

const LUT = { descriptor: 'LUTDescriptor', data: 'LUTData' } as const;

/** What a data set says of how its stored values are shown. */
export interface Display {
  /** stored value -> value in the modality's unit */
  readonly modality: (stored: number) => number;
  /** that value -> 0 black to 1 white, not clamped; null where nothing is said */
  readonly voi: ((value: number) => number) | null;
  /** first and last stored value that are no part of the film; null where none is */
  readonly padding: readonly [number, number] | null;
  /** low values are white */
  readonly inverted: boolean;
}

/** The modality LUT, the VOI LUT or first window, the padding and the polarity: PS3.3 C.11.1, C.11.2, C.7.5.1.1.2. */
export function displayOf(values: Values, pixels: PixelModule): Display {
  const stored = pixels.signed ? 'int16' : 'uint16';
  const padding = values[stored]('PixelPaddingValue');
  const limit = values[stored]('PixelPaddingRangeLimit') ?? padding;
  const modality = modalityOf(values, pixels.signed);
  return {
    modality,
    voi: voiOf(values, goesBelowZero(modality, pixels)),
    padding: padding === null || limit === null ? null : [Math.min(padding, limit), Math.max(padding, limit)],
    // MONOCHROME1 and INVERSE say the same thing: a film that says both is inverted once.
    inverted: pixels.photometric === 'MONOCHROME1' || values.text('PresentationLUTShape') === 'INVERSE',
  };
}

/** What is said of the frame: by the data set, or in the multi-frame's way of one that has a single frame (PS3.3 C.7.6.16). */
function groupOf(
  values: Values,
  tag: Tag,
  sequence: 'FrameVOILUTSequence' | 'PixelValueTransformationSequence',
): Values {
  if (values.bytes(tag) !== null) return values;
  const groups = ['PerFrameFunctionalGroupsSequence', 'SharedFunctionalGroupsSequence'] as const;
  return groups.map((group) => values.item(group)?.item(sequence)).find((item) => item != null) ?? values;
}

function modalityOf(values: Values, signed: boolean): Display['modality'] {
  const table = lookUpTable(values.item('ModalityLUTSequence'), LUT, signed);
  if (table) return table.at;
  const group = groupOf(values, 'RescaleSlope', 'PixelValueTransformationSequence');
  // A slope of 0, which shows nothing, cannot be meant.
  const slope = group.number('RescaleSlope') || 1;
  const intercept = group.number('RescaleIntercept') ?? 0;
  return (stored) => stored * slope + intercept;
}

/** Looks at both ends of the stored range: a linear transformation has its least value there. A modality LUT's entries are unsigned. */
function goesBelowZero(modality: Display['modality'], { bitsStored, signed }: PixelModule): boolean {
  const least = signed ? -(2 ** (bitsStored - 1)) : 0;
  return Math.min(modality(least), modality(least + 2 ** bitsStored - 1)) < 0;
}

function voiOf(values: Values, signed: boolean): Display['voi'] {
  const table = lookUpTable(values.item('VOILUTSequence'), LUT, signed);
  if (table) {
    const white = table.white();
    return (value) => table.at(value) / white;
  }
  const group = groupOf(values, 'WindowCenter', 'FrameVOILUTSequence');
  const shape = group.text('VOILUTFunction') ?? 'LINEAR';
  const window = firstWindow(group, shape === 'LINEAR' ? 1 : Number.MIN_VALUE);
  if (window === null) return null;
  const { centre, width } = window;
  if (shape === 'SIGMOID') return (value) => 1 / (1 + Math.exp((-4 * (value - centre)) / width));
  if (shape === 'LINEAR_EXACT') return (value) => (value - centre) / width + 0.5;
  if (width === 1) return (value) => (value <= centre - 0.5 ? 0 : 1);
  return (value) => (value - (centre - 0.5)) / (width - 1) + 0.5;
}

/** The first window of those that can be meant; a film of others, such as have a width that PS3.3 forbids, is shown as if it had none. */
function firstWindow(values: Values, leastWidth: number): { centre: number; width: number } | null {
  const widths = values.numbers('WindowWidth');
  const windows = values.numbers('WindowCenter').flatMap((centre, i) => {
    const width = widths[i] ?? null;
    return centre === null || width === null || width < leastWidth ? [] : [{ centre, width }];
  });
  return windows[0] ?? null;
}

/**
 * The 8-bit grey of every code that may be stored.
 * @param occurs whether a code occurs in the film: where no window is given it spans from the lowest to the highest
 *   value that does, padding left out; films of 8 bits are shown as they are
 * @param compressed see Frame
 */
export function greyTable(
  display: Display,
  pixels: PixelModule,
  compressed: boolean,
  occurs: (code: number) => boolean,
): Uint8Array<ArrayBuffer> {
  const { modality, padding, inverted } = display;
  const { bitsStored, signed } = pixels;
  const span = 2 ** bitsStored;
  const bitsOf = storedBits(pixels, compressed);
  const numberOf = (bits: number) => (signed && bits >= span / 2 ? bits - span : bits);
  const isPadding = (value: number) => padding !== null && value >= padding[0] && value <= padding[1];

  const voi = display.voi ?? (isShownAsItIs() ? (value: number) => value / 255 : wholeRange());
  const greys = new Uint8Array(span);
  for (let bits = 0; bits < span; bits++) {
    const value = numberOf(bits);
    if (isPadding(value)) continue;
    const white = Math.min(Math.max(voi(modality(value)), 0), 1);
    greys[bits] = Math.round(255 * (inverted ? 1 - white : white));
  }
  const table = new Uint8Array(CODES);
  for (let code = 0; code < CODES; code++) table[code] = greys[bitsOf(code)] as number;
  return table;

  function isShownAsItIs(): boolean {
    return bitsStored === 8 && !signed && modality(0) === 0 && modality(255) === 255;
  }

  function wholeRange(): (value: number) => number {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let code = 0; code < CODES; code++) {
      if (!occurs(code)) continue;
      const value = numberOf(bitsOf(code));
      if (isPadding(value)) continue;
      low = Math.min(low, modality(value));
      high = Math.max(high, modality(value));
    }
    return high > low ? (value) => (value - low) / (high - low) : () => 0;
  }
}

/** The stored bits of a code. A raw code may hold other bits beside them; a decoder may leave the range a little. */
export function storedBits(
  { bitsStored, highBit, signed }: PixelModule,
  compressed: boolean,
): (code: number) => number {
  const last = 2 ** bitsStored - 1;
  if (compressed && !signed) return (code) => Math.min(code, last);
  const shift = compressed ? 0 : highBit + 1 - bitsStored;
  return (code) => (code >>> shift) & last;
}
