// How radiographs lie on the disk: shards of PNGs of 8-bit grey. The pixels themselves are @viewgap/shards/grey.
export { cutShards, SHARD_BOUNDS, type ShardBounds, type ShardFacts } from './cut-shards.ts';
export { ShardFile, type ShardRow } from './shard-file.ts';
