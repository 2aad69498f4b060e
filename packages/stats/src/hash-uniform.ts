import { createHash } from 'node:crypto';

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
