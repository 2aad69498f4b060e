import type { NamedTensor } from '../src/formats/safetensors.ts';

/** Numbers of 0 <= u < 1 that depend on a name and an index alone: as `uniform` in fixtures/make_torch_features.py. */
export function hashedUniform(name: string, count: number): Float64Array {
  let start = 0x811c9dc5;
  for (const byte of Buffer.from(name)) start = Math.imul(start ^ byte, 0x01000193);
  return Float64Array.from({ length: count }, (_, i) => {
    let h = (start + Math.imul(i, 0x9e3779b9)) >>> 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
  });
}

/** A weight of a PyTorch network, in its layout: as `weight` in fixtures/make_torch_features.py. */
export function hashedWeight(name: string, shape: readonly number[]): NamedTensor {
  const fanIn = shape.slice(1).reduce((product, n) => product * n, 1);
  const uniform = hashedUniform(name, fanIn * (shape[0] as number));
  return { shape, data: Float32Array.from(uniform, drawn(name, shape, fanIn)) };
}

function drawn(name: string, shape: readonly number[], fanIn: number): (u: number) => number {
  if (shape.length > 1) {
    const bound = Math.sqrt(6 / fanIn);
    return (u) => (u - 0.5) * 2 * bound;
  }
  if (name.endsWith('.running_mean')) return (u) => (u - 0.5) * 0.2;
  if (name.endsWith('.bias')) return (u) => u + 3;
  return (u) => u + 0.5;
}
