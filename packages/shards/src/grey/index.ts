// Pixels of 8-bit grey: PNG, and the compiled loops that pack, unpack and resize. Light: reading threads load it.
export { DecodeError } from './decode-error.ts';
export { type Grey, isConstant } from './grey.ts';
export { exifFirst, hasExif, isPng, readGreyPng, significantBits, writeGreyPng } from './grey-png.ts';
export { Kernels } from './kernels.ts';
