import { describe, expect, test } from 'vitest';
import { hashUniform, hashUniforms } from './hash-uniform.ts';

describe('uniforms from a hash', () => {
  // Python: struct.unpack('<8I', hashlib.sha256(b'["split",0,"13"]').digest()), divided by 2**32.
  const PINNED = [
    0.35719561530277133, 0.2735381252132356, 0.2413366090040654, 0.5974458949640393, 0.006094148149713874,
    0.6087740224320441, 0.4627473696600646, 0.003766176989302039,
  ];

  test('are the same on every machine and in every version', () => {
    expect(hashUniforms(['split', 0, '13'], 8)).toEqual(PINNED);
    expect(hashUniform('split', 0, '13')).toBe(PINNED[0]);
  });

  test('depend on how the parts are cut', () => {
    expect(hashUniform('ab', 'c')).not.toBe(hashUniform('a', 'bc'));
    expect(hashUniform('1')).not.toBe(hashUniform(1));
  });

  test('are uniform in [0, 1): Kolmogorov-Smirnov below its 0.1 % point on 20,000 patients', () => {
    const n = 20_000;
    const sorted = Float64Array.from({ length: n }, (_, patient) => hashUniform('split', 0, patient)).sort();
    const distance = Math.max(...sorted.map((u, i) => Math.max((i + 1) / n - u, u - i / n)));
    expect(sorted[0]).toBeGreaterThanOrEqual(0);
    expect(sorted[n - 1]).toBeLessThan(1);
    expect(distance * Math.sqrt(n)).toBeLessThan(1.95);
  });

  test('of one hash are uncorrelated', () => {
    const n = 20_000;
    const pairs = Array.from({ length: n }, (_, i) => hashUniforms(['augment', i], 2) as [number, number]);
    const covariance = pairs.reduce((sum, [a, b]) => sum + (a - 0.5) * (b - 0.5), 0) / n;
    expect(Math.abs(covariance * 12 * Math.sqrt(n))).toBeLessThan(4);
  });

  test('are at most eight', () => {
    expect(hashUniforms(['x'], 8)).toHaveLength(8);
    expect(() => hashUniforms(['x'], 9)).toThrow(RangeError);
  });
});
