import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/testing.ts';
import { canonicalJson, sha256, sha256File } from './hash.ts';

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
