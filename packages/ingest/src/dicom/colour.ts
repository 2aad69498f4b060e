import { DecodeError } from '@viewgap/shards/grey';
import { LUMINANCE, luminanceOf } from '../pixels/luminance.ts';
import type { Frame } from './frame.ts';
import { storedBits } from './grey-table.ts';
import type { Values } from './header/data-set.ts';
import { lookUpTable } from './look-up-table.ts';
import type { PixelModule } from './pixel-module.ts';

/** The luminance of colour pixels; of luminance and chroma the first component is the luminance itself. */
export function luminance(frame: Frame, pixels: PixelModule): Uint8Array {
  const { samples, width, height, layout } = frame;
  const white = 2 ** pixels.bitsStored - 1;
  const count = width * height;
  if (!isYcc(frame, pixels)) {
    return luminanceOf(samples, {
      white,
      ...(layout === 'planar' ? { step: 1, plane: count } : { step: 3, plane: 1 }),
    });
  }
  const at = {
    interleaved: (i: number) => 3 * i,
    planar: (i: number) => i,
    halved: (i: number) => 4 * (i >> 1) + (i & 1),
  }[layout];
  const greys = new Uint8Array(count);
  for (let i = 0; i < count; i++) greys[i] = Math.round((255 * (samples[at(i)] as number)) / white);
  return greys;
}

function isYcc({ colour }: Frame, { photometric }: PixelModule): boolean {
  if (colour !== null) return colour === 'ycc';
  return photometric === 'YBR_FULL' || photometric === 'YBR_FULL_422';
}

const PALETTE = [
  [
    'RedPaletteColorLookupTableDescriptor',
    'RedPaletteColorLookupTableData',
    'SegmentedRedPaletteColorLookupTableData',
  ],
  [
    'GreenPaletteColorLookupTableDescriptor',
    'GreenPaletteColorLookupTableData',
    'SegmentedGreenPaletteColorLookupTableData',
  ],
  [
    'BluePaletteColorLookupTableDescriptor',
    'BluePaletteColorLookupTableData',
    'SegmentedBluePaletteColorLookupTableData',
  ],
] as const;

/**
 * The luminance of every code that may be stored, by the palette of its film (PS3.3 C.7.6.3.1.5, C.7.9).
 * @throws DecodeError where there is no palette
 */
export function paletteTable(
  values: Values,
  pixels: PixelModule,
  compressed: boolean,
): Uint8Array<ArrayBuffer> {
  const channels = PALETTE.map(([descriptor, listed, segmented]) => {
    const isSegmented = values.bytes(listed) === null;
    const data = isSegmented ? segmented : listed;
    const table = lookUpTable(values, { descriptor, data, isSegmented }, pixels.signed);
    if (table === null) throw new DecodeError('colours by a palette that is not there');
    return table;
  });
  const white = channels.reduce((most, channel) => Math.max(most, channel.white()), 0);
  const bitsOf = storedBits(pixels, compressed);
  const table = new Uint8Array(2 ** 16);
  for (let code = 0; code < table.length; code++) {
    const number = bitsOf(code);
    const grey = channels.reduce((sum, { at }, i) => sum + (LUMINANCE[i] as number) * at(number), 0);
    table[code] = Math.round((255 * grey) / white);
  }
  return table;
}
