import type { Kernels } from '@viewgap/shards/grey';

/**
 * The grey of each sample.
 * @param table [2^16], or as many as the samples' values
 */
export function lookUp(samples: Uint8Array | Uint16Array, table: Uint8Array, kernels: Kernels): Uint8Array {
  if (samples instanceof Uint8Array) return lookUp8(samples, table);
  const [from, to, at] = kernels.place(samples, samples.length, table);
  kernels.run.look_up16(from, to, samples.length, at);
  return kernels.copy(to, samples.length);
}

function lookUp8(samples: Uint8Array, table: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(samples.length);
  for (let i = 0; i < samples.length; i++) pixels[i] = table[samples[i] as number] as number;
  return pixels;
}
