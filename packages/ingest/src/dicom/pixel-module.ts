import { DecodeError } from '@viewgap/shards/grey';
import type { Values } from './header/data-set.ts';

/** How a data set says that its pixels are stored: the Image Pixel module, PS3.3 C.7.6.3. */
export interface PixelModule {
  readonly rows: number;
  readonly columns: number;
  /** 3: colour */
  readonly samples: 1 | 3;
  readonly photometric: string;
  /** each sample is the number of a colour */
  readonly isPalette: boolean;
  /** colour by colour, not pixel by pixel */
  readonly planar: boolean;
  readonly bitsAllocated: 8 | 16;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  /** some of its values say: no part of the film */
  readonly padded: boolean;
  readonly frames: number;
  readonly transferSyntax: string;
}

const PALETTE = 'PALETTE COLOR';
const ONE_SAMPLE = ['MONOCHROME1', 'MONOCHROME2', PALETTE];
const COLOUR = ['RGB', 'YBR_FULL', 'YBR_FULL_422', 'YBR_ICT', 'YBR_RCT'];

/** @throws Error where an element that is needed to read the pixels is absent, or has a value nobody can read */
export function pixelModule(values: Values): PixelModule {
  const photometric = required(
    'photometric interpretation',
    values.text('PhotometricInterpretation'),
  ).toUpperCase();
  const samples = values.uint16('SamplesPerPixel') ?? (ONE_SAMPLE.includes(photometric) ? 1 : 3);
  if (!(samples === 1 ? ONE_SAMPLE : COLOUR).includes(photometric) || (samples !== 1 && samples !== 3)) {
    // The text is the file's own and might be anything: it is not repeated.
    throw new DecodeError(`a photometric interpretation that is not read, of ${samples} samples a pixel`);
  }
  if (values.bytes('FloatPixelData') !== null || values.bytes('DoubleFloatPixelData') !== null) {
    throw new DecodeError('pixels of fractions (Float Pixel Data)');
  }
  const bitsAllocated = required('bits allocated', values.uint16('BitsAllocated'));
  if (bitsAllocated !== 8 && bitsAllocated !== 16) throw new DecodeError(`${bitsAllocated} bits allocated`);
  const bitsStored = values.uint16('BitsStored') ?? bitsAllocated;
  const highBit = values.uint16('HighBit') ?? bitsStored - 1;
  if (bitsStored < 1 || bitsStored > bitsAllocated || highBit < bitsStored - 1 || highBit >= bitsAllocated) {
    throw new DecodeError(`${bitsStored} bits stored up to bit ${highBit} of ${bitsAllocated}`);
  }
  return {
    rows: required('rows', values.uint16('Rows')),
    columns: required('columns', values.uint16('Columns')),
    samples,
    photometric,
    isPalette: photometric === PALETTE,
    planar: values.uint16('PlanarConfiguration') === 1,
    bitsAllocated,
    bitsStored,
    highBit,
    signed: values.uint16('PixelRepresentation') === 1,
    padded: values.uint16('PixelPaddingValue') !== null,
    frames: values.number('NumberOfFrames') ?? 1,
    transferSyntax: values.text('TransferSyntaxUID') ?? '1.2.840.10008.1.2',
  };
}

function required<Value>(what: string, value: Value | null): Value {
  if (value === null || value === 0) throw new DecodeError(`no ${what}`);
  return value;
}
