import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from './safetensors.ts';

const fixture = readFileSync(new URL('../../fixtures/weights.safetensors', import.meta.url));

test("reads what Python's safetensors wrote", () => {
  const { tensors, metadata } = decodeSafetensors(fixture);
  expect(metadata).toEqual({ format: 'viewgap' });
  expect([...tensors.keys()].sort()).toEqual(['10', 'head/bias', 'stem/kernel', 'Ärmel']);
  expect(tensors.get('10')).toEqual({ shape: [], data: Float32Array.of(0.5) });
  expect(tensors.get('head/bias')?.data).toEqual(Float32Array.of(0.1, -0.2, 3e-39, Number.POSITIVE_INFINITY));
  expect(tensors.get('Ärmel')).toEqual({ shape: [0, 3], data: new Float32Array() });
  const kernel = tensors.get('stem/kernel');
  expect(kernel?.shape).toEqual([2, 3, 4]);
  expect(kernel?.data).toEqual(Float32Array.from({ length: 24 }, (_, i) => Math.fround(i - 11.5) / 7));
});

test("writes the very bytes that Python's safetensors writes, in whatever order the tensors come", () => {
  const { tensors, metadata } = decodeSafetensors(fixture);
  expect(Buffer.from(encodeSafetensors(tensors, metadata)).equals(fixture)).toBe(true);
  const reversed = new Map([...tensors].reverse());
  expect(Buffer.from(encodeSafetensors(reversed, metadata)).equals(fixture)).toBe(true);
});

const tensor: fc.Arbitrary<NamedTensor> = fc.array(fc.nat(4), { maxLength: 3 }).chain((shape) => {
  const length = shape.reduce((a, b) => a * b, 1);
  return fc.float32Array({ minLength: length, maxLength: length }).map((data) => ({ shape, data }));
});
const name = fc
  .string({ unit: 'grapheme', maxLength: 8 })
  .filter((s) => s !== '__metadata__' && s !== '__proto__');

test('decoding undoes encoding', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, tensor)), fc.dictionary(name, fc.string()), (entries, metadata) => {
      const tensors = new Map(entries);
      const read = decodeSafetensors(encodeSafetensors(tensors, metadata));
      expect(new Map([...read.tensors].sort())).toEqual(new Map([...tensors].sort()));
      expect({ ...read.metadata }).toEqual({ ...metadata });
    }),
  );
});

test('a file that lost any part of itself is refused', () => {
  for (let length = 0; length < fixture.length; length += 1) {
    expect(() => decodeSafetensors(fixture.subarray(0, length))).toThrow(/not a whole safetensors file: /);
  }
  expect(() => decodeSafetensors(Buffer.concat([fixture, Buffer.alloc(4)]))).toThrow(
    'not a whole safetensors file: 120 bytes of data where 116 are named',
  );
});

/** A file of the given header over `bytes` zeros. */
function file(header: unknown, bytes: number): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(bytes)]);
}

test.each<[string, unknown, number, RegExp]>([
  [
    'another dtype',
    { w: { dtype: 'F16', shape: [2], data_offsets: [0, 4] } },
    4,
    /only float32 weights.*w: F16/,
  ],
  [
    'a shape that its bytes do not hold',
    { w: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } },
    4,
    /offsets of w/,
  ],
  ['a negative size', { w: { dtype: 'F32', shape: [-1, -1], data_offsets: [0, 4] } }, 4, /entry of w/],
  [
    'data behind the end',
    { w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } },
    4,
    /offsets of w: 0 to 8/,
  ],
  [
    'tensors that overlap',
    {
      v: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
      w: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
    },
    4,
    /tensors meet at 4 and 0/,
  ],
  ['an entry that is no object', { w: null }, 0, /entry of w/],
  ['metadata that is not text', { __metadata__: { epoch: 3 } }, 0, /metadata is not text/],
  ['a header that is a list', [], 0, /header is not an object/],
])('refuses %s', (_, header, bytes, message) => {
  expect(() => decodeSafetensors(file(header, bytes))).toThrow(message);
});

test('what is not wanted may be of another dtype, as the counters in a PyTorch file are', () => {
  const header = {
    n: { dtype: 'I64', shape: [], data_offsets: [0, 8] },
    w: { dtype: 'F32', shape: [1], data_offsets: [8, 12] },
  };
  const { tensors } = decodeSafetensors(file(header, 12), (name) => name !== 'n');
  expect([...tensors.keys()]).toEqual(['w']);
  expect(() => decodeSafetensors(file(header, 12))).toThrow('only float32 weights can be read: n: I64');
  expect(() => decodeSafetensors(file(header, 8), () => false)).toThrow('offsets of w: 8 to 12');
});

test('a tensor whose data do not fill its shape is not written', () => {
  expect(() => encodeSafetensors(new Map([['w', { shape: [3], data: new Float32Array(2) }]]))).toThrow(
    'tensor w of shape [3] has 2 values',
  );
});
