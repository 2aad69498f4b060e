import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { constants, deflateSync, inflateSync } from 'node:zlib';
import { sha256File } from '@viewgap/artifacts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Kernels } from './kernels.ts';

const KERNELS = new URL('../../kernels/', import.meta.url);

test('the compiled kernels are those of the source: run kernels/build.sh after an edit', async () => {
  const lines = (await readFile(new URL('built.sha256', KERNELS), 'utf8')).trim().split('\n');
  const built = new Map(lines.map((line) => line.split(/ +/).toReversed() as [string, string]));
  const sources = (await readdir(KERNELS)).filter((name) => /\.[ch]$/.test(name));
  expect([...built.keys()].sort()).toEqual(
    ['../src/grey/pixels.wasm', ...sources.map((name) => `./${name}`)].sort(),
  );
  for (const [name, hash] of built) {
    expect(await sha256File(fileURLToPath(new URL(name, KERNELS))), name).toBe(hash);
  }
});

test('blocks lie one after the other, whole, and copies outlive what comes next', () => {
  const kernels = new Kernels();
  const [first, room, second] = kernels.place(Uint8Array.of(1, 2, 3), 2 ** 20, Uint16Array.of(500, 600));
  expect(room).toBeGreaterThanOrEqual(first + 3);
  expect(second).toBeGreaterThanOrEqual(room + 2 ** 20);
  const copy = kernels.copy(second, 4);
  kernels.place(new Uint8Array(2 ** 21).fill(9));
  expect([...new Uint16Array(copy.buffer)]).toEqual([500, 600]);
});

test('a block that lies in the memory already stays there, and others come after it', () => {
  const kernels = new Kernels();
  const [, at] = kernels.place(100, Uint8Array.of(1, 2, 3));
  const [before, again, after] = kernels.place(2 ** 20, kernels.view(at, 3), Uint8Array.of(4));
  expect(again).toBe(at);
  expect(Math.min(before, after)).toBeGreaterThanOrEqual(at + 3);
  expect([...kernels.copy(at, 3), ...kernels.copy(after, 1)]).toEqual([1, 2, 3, 4]);
});

test('bytes of any distribution are packed so that zlib unpacks them, those too that want codes of more than 15 bits', () => {
  const kernels = new Kernels();
  const packed = (bytes: Uint8Array): Uint8Array => {
    const [from, to] = kernels.place(bytes, 2 * bytes.length + 512);
    return kernels.copy(to, kernels.run.deflate(from, bytes.length, to));
  };
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 2000 }), (bytes) => {
      expect(inflateSync(packed(bytes)).equals(bytes)).toBe(true);
    }),
  );
  for (let values = 1; values < 26; values++) {
    // Fibonacci's numbers make the deepest tree.
    const counts = Array.from({ length: values }, (_, i) => Math.round(((1 + Math.sqrt(5)) / 2) ** i));
    const bytes = Buffer.concat(counts.map((count, value) => Buffer.alloc(count, value)));
    expect(inflateSync(packed(bytes)).equals(bytes), `${values} values`).toBe(true);
  }
});

describe('a zlib stream', () => {
  const kernels = new Kernels();
  /** What `inflate` makes of it: the bytes, or null where it refuses. */
  const unpacked = (stream: Uint8Array, room: number): Buffer | null => {
    const [from, to] = kernels.place(stream.length + 64, room + 512);
    kernels.view(from, stream.length).set(stream);
    const length = kernels.run.inflate(from, stream.length, to, room);
    return length < 0 ? null : Buffer.from(kernels.copy(to, length));
  };
  const expected = (stream: Uint8Array): Buffer | null => {
    try {
      return inflateSync(stream);
    } catch {
      return null;
    }
  };
  /** Bytes that repeat themselves at short and long distances, of few or many values. */
  const data = fc
    .array(
      fc.record({
        piece: fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.uint8Array({ maxLength: 600, max: 3 }),
          fc.tuple(fc.nat(255), fc.nat(700)).map(([value, length]) => new Uint8Array(length).fill(value)),
        ),
        times: fc.integer({ min: 1, max: 12 }),
      }),
      { maxLength: 20 },
    )
    .map((parts) => Buffer.concat(parts.flatMap(({ piece, times }) => Array<Uint8Array>(times).fill(piece))));
  const options = fc.record({
    level: fc.integer({ min: 0, max: 9 }),
    memLevel: fc.integer({ min: 1, max: 9 }),
    windowBits: fc.integer({ min: 9, max: 15 }),
    strategy: fc.constantFrom(
      constants.Z_DEFAULT_STRATEGY,
      constants.Z_FILTERED,
      constants.Z_HUFFMAN_ONLY,
      constants.Z_RLE,
      constants.Z_FIXED,
    ),
  });

  test('of any kind is unpacked as zlib unpacks it', () => {
    fc.assert(
      fc.property(data, options, (bytes, kind) => {
        expect(unpacked(deflateSync(bytes, kind), bytes.length)?.equals(bytes)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test('of a deep code and of distant repeats is unpacked', () => {
    const counts = Array.from({ length: 24 }, (_, i) => Math.round(((1 + Math.sqrt(5)) / 2) ** i));
    const deep = Buffer.concat(counts.map((count, value) => Buffer.alloc(count, value * 9)));
    const noise = Buffer.from(Uint32Array.from({ length: 8000 }, (_, i) => Math.imul(i, 2654435761)).buffer);
    for (const bytes of [deep, Buffer.concat([noise, noise, deep, noise])]) {
      expect(unpacked(deflateSync(bytes, { level: 9 }), bytes.length)?.equals(bytes)).toBe(true);
    }
  });

  test('that is longer than its room, or cut anywhere, is refused', () => {
    const bytes = Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * i) % 97));
    const stream = deflateSync(bytes);
    for (const room of [0, 1, 1000, 1999]) expect(unpacked(stream, room), `${room} bytes`).toBe(null);
    for (let length = 0; length < stream.length; length++) {
      expect(unpacked(stream.subarray(0, length), bytes.length), `${length} bytes`).toBe(null);
    }
  });

  test('with any changes, or of any bytes, is refused where zlib refuses it', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(data, options, changes, (bytes, kind, places) => {
        const stream = deflateSync(bytes, kind);
        for (const [at, value] of places) stream[at % stream.length] = value;
        const ours = unpacked(stream, bytes.length);
        if (ours !== null) expect(expected(stream)?.equals(ours)).toBe(true);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        const stream = Buffer.from([0x78, 0x9c, ...body]);
        const ours = unpacked(stream, 1000);
        if (ours !== null) expect(expected(stream)?.equals(ours)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
