// How radiographs lie on the disk: shards of PNGs of 8-bit grey, and the compiled loops that pack and unpack them.
export { cutShards, SHARD_BOUNDS, type ShardBounds, type ShardFacts } from './cut-shards.ts';
export { DecodeError } from './decode-error.ts';
export { type Grey, isConstant } from './grey.ts';
export { exifFirst, hasExif, isPng, readGreyPng, significantBits, writeGreyPng } from './grey-png.ts';
export { Kernels } from './kernels.ts';
export { ShardFile, type ShardRow } from './shard-file.ts';
