import type { Kernels } from '@viewgap/shards/grey';
import { depthHolding } from './depth.ts';
import { lookUp } from './look-up.ts';

const CODES = 2 ** 16;

/** 8-bit greys that deeper values were scaled to. */
export interface Scaled {
  readonly pixels: Uint8Array;
  /** bits of the values; null where they are fractions or go below 0 */
  readonly depth: number | null;
}

/** What is known of the values' depth beside themselves, in bits. */
export interface KnownDepth {
  /** a PNG's sBIT */
  readonly significant: number | null;
  /** a source's setting */
  readonly setting: number | null;
}

/**
 * Values of more than 8 bits as greys from 0 black to 255 white. Files of 16 bits often hold 10, 12 or 14 without scaling
 * them up, and then nothing but the values tells what white is.
 *
 * - Fractions (float, none is 2 or more: a resize may go a little beyond 1): white is 1.
 * - With sBIT, white is the largest number that those bits hold. PNG's specification wants values scaled up to the whole range:
 *   where they go beyond that number they are, and white is that of 16 bits.
 * - With a setting, white is the largest number that those bits hold, and values beyond it are white.
 * - Values below 0 say that 0 is not black: then the least is, and the largest is white.
 * - Else white is the largest number of 8, 10, 12, 14 or 16 bits, the fewest that hold the largest value.
 */
export function scaledDown(values: Uint16Array | Float32Array, known: KnownDepth, kernels: Kernels): Scaled {
  const { least, most } = extremes(values);
  const { depth, black, white } = scaleOf(values, { least, most }, known);
  const greyOf = (value: number) => Math.round((255 * Math.min(Math.max(value - black, 0), white)) / white);
  if (values instanceof Float32Array) return { depth, pixels: Uint8Array.from(values, greyOf) };
  const table = new Uint8Array(CODES);
  for (let code = 0; code < CODES; code++) table[code] = greyOf(code);
  return { depth, pixels: lookUp(values, table, kernels) };
}

interface Extremes {
  readonly least: number;
  readonly most: number;
}

/** The least and greatest of the numbers, without NaN; 0 and 0 where there is none. */
function extremes(values: Uint16Array | Float32Array): Extremes {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < least && value > Number.NEGATIVE_INFINITY) least = value;
    if (value > most && value < Number.POSITIVE_INFINITY) most = value;
  }
  return least <= most ? { least, most } : { least: 0, most: 0 };
}

function scaleOf(
  values: Uint16Array | Float32Array,
  { least, most }: Extremes,
  { significant, setting }: KnownDepth,
): { depth: number | null; black: number; white: number } {
  const whiteOf = (depth: number) => ({ depth, black: 0, white: 2 ** depth - 1 });
  if (values instanceof Float32Array && least >= 0 && most < 2) return { depth: null, black: 0, white: 1 };
  if (significant !== null) {
    const isScaledUp = most >= 2 ** significant;
    return { ...whiteOf(isScaledUp ? 16 : significant), depth: significant };
  }
  if (setting !== null) return whiteOf(setting);
  if (least < 0) return { depth: null, black: least, white: most - least };
  return whiteOf(depthHolding(most));
}
