import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** SHA-256 as 64 lowercase hex digits. */
export type Sha256 = string;

/** SHA-256 of the pieces one after the other. */
export function sha256(...pieces: readonly (string | Uint8Array)[]): Sha256 {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

/** SHA-256 of a file's bytes, streamed. */
export async function sha256File(path: string): Promise<Sha256> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * A uniform number in [0, 1) that depends on the parts alone: the same on every machine and in every run.
 * Used wherever a choice must not depend on the order of the work (splits, augmentations).
 */
export function hashUniform(...parts: readonly (string | number)[]): number {
  return hashUniforms(parts, 1)[0] as number;
}

/** `count` (at most 8) independent uniforms in [0, 1), a pure function of the parts. */
export function hashUniforms(parts: readonly (string | number)[], count: number): number[] {
  if (count > 8) throw new RangeError(`one SHA-256 gives 8 uniforms, not ${count}`);
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  return Array.from({ length: count }, (_, i) => digest.readUInt32LE(4 * i) / 2 ** 32);
}

/** JSON with sorted keys and no white space: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) =>
    v !== null && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : v,
  );
}
