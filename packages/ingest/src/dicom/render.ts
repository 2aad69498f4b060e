import type { Kernels } from '@viewgap/shards/grey';
import { type Grey, isConstant } from '@viewgap/shards/grey';
import { lookUp } from '../pixels/look-up.ts';
import { luminance, paletteTable } from './colour.ts';
import type { Frame } from './frame.ts';
import { type Display, displayOf, greyTable } from './grey-table.ts';
import type { Values } from './header/data-set.ts';
import type { PixelModule } from './pixel-module.ts';

/**
 * A film as 8-bit grey: modality LUT, then VOI LUT or first window, then inverted once where low values are white.
 * Padding is black. Colour is taken as its luminance. A window or VOI LUT that shows nothing of the film, every value being
 * outside it, cannot be meant: the film is shown as if it had none.
 */
export function renderFilm(frame: Frame, values: Values, pixels: PixelModule, kernels: Kernels): Grey {
  const { width, height, step } = frame;
  const shape = { width, height, ...thinned(pixels, step) };
  if (pixels.samples === 3) return { ...shape, pixels: luminance(frame, pixels) };
  if (pixels.isPalette) {
    const table = paletteTable(values, pixels, frame.compressed);
    return { ...shape, pixels: lookUp(frame.samples, table, kernels) };
  }
  const display = displayOf(values, pixels);
  const occurs = usedCodes(frame.samples);
  const shown = (how: Display) =>
    lookUp(frame.samples, greyTable(how, pixels, frame.compressed, occurs), kernels);
  const greys = shown(display);
  const isHidden = display.voi !== null && isConstant(greys);
  return { ...shape, pixels: isHidden ? shown({ ...display, voi: null }) : greys };
}

function thinned({ columns, rows }: PixelModule, step: number): Pick<Grey, 'thinned'> {
  return step === 1 ? {} : { thinned: { width: columns, height: rows, step } };
}

/** Which codes occur, found when it is first asked for: only films without a window need to know. */
function usedCodes(samples: Frame['samples']): (code: number) => boolean {
  let used: Uint8Array | null = null;
  return (code) => {
    if (used === null) {
      used = new Uint8Array(2 ** 16);
      for (let i = 0; i < samples.length; i++) used[samples[i] as number] = 1;
    }
    return used[code] === 1;
  };
}
