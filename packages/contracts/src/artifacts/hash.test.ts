import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/testing.ts';
import { canonicalJson, hashUniform, hashUniforms, sha256, sha256File } from './hash.ts';

test('SHA-256 is the standard one, of text, bytes and files alike (FIPS 180-4, "abc")', async () => {
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  const path = join(await temporaryFolder(), 'abc');
  await writeFile(path, 'abc');
  expect(sha256('abc')).toBe(abc);
  expect(sha256(Uint8Array.of(97, 98, 99))).toBe(abc);
  expect(await sha256File(path)).toBe(abc);
});

describe('canonical JSON', () => {
  test('sorts keys at every depth, keeps the order of arrays, and has no white space', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }, 'x'], a: { z: 1, y: 2 } })).toBe(
      '{"a":{"y":2,"z":1},"b":[{"c":null,"d":1},"x"]}',
    );
  });

  test('gives equal text for equal values, in whatever order their keys were set', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('leaves out what is undefined, as JSON does', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });
});

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
