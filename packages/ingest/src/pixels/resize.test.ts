import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kernels } from '@viewgap/shards/grey';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { FIXTURE } from '../../test/testing.ts';
import { Resizer } from './resize.ts';
import { lanczosWeights } from './weights.ts';

const resizer = new Resizer(new Kernels());

const pillow = JSON.parse(readFileSync(join(FIXTURE, '../pixels.json'), 'utf8')) as Record<
  string,
  { lanczos_32: number[] }
>;

test.each(Object.entries(pillow))(
  '%s is resized as Pillow does, to two grey levels',
  async (name, expected) => {
    const file = await readFile(join(FIXTURE, 'images', name));
    const { data, info } = await sharp(file)
      .removeAlpha()
      .extractChannel(0)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const square = resizer.stretch({ width: info.width, height: info.height, pixels: data }, 32);
    const differences = [...square].map((value, i) =>
      Math.abs(value - (expected.lanczos_32[i] ?? Number.NaN)),
    );
    expect(Math.max(...differences)).toBeLessThanOrEqual(2);
    expect(differences.reduce((a, b) => a + b) / differences.length).toBeLessThan(0.25);
  },
);

const edge = fc.integer({ min: 1, max: 90 });

describe('whatever the shapes', () => {
  test('weights add up to 1, and stay within the image', () => {
    fc.assert(
      fc.property(edge, edge, (from, to) => {
        const { taps, starts, values } = lanczosWeights({ kept: from, whole: from, step: 1 }, to);
        expect(taps % 8).toBe(0);
        for (let i = 0; i < to; i++) {
          const weights = [...values.subarray(i * taps, (i + 1) * taps)];
          expect(weights.reduce((a, b) => a + b, 0)).toBe(2 ** 14);
          const last = weights.findLastIndex((weight) => weight !== 0);
          expect((starts[i] as number) + last).toBeLessThan(from);
        }
      }),
    );
  });

  test('a slope that was thinned is resized as the whole one', () => {
    const whole = {
      width: 96,
      height: 80,
      pixels: Uint8Array.from({ length: 96 * 80 }, (_, i) => 2 * (i % 96)),
    };
    for (const step of [2, 4]) {
      const [width, height] = [96 / step, 80 / step];
      const pixels = Uint8Array.from({ length: width * height }, (_, i) => 2 * step * (i % width));
      const thin = resizer.stretch({ width, height, pixels, thinned: { width: 96, height: 80, step } }, 12);
      const full = resizer.stretch(whole, 12);
      for (let y = 0; y < 12; y++) {
        // At the edges the kernel is cut, at different places.
        for (let x = 3; x < 9; x++)
          expect(Math.abs((thin[12 * y + x] as number) - (full[12 * y + x] as number))).toBeLessThanOrEqual(
            1,
          );
      }
    }
  });

  test('an even image stays as it is', () => {
    fc.assert(
      fc.property(edge, edge, edge, fc.nat(255), (width, height, size, value) => {
        const square = resizer.stretch(
          { width, height, pixels: new Uint8Array(width * height).fill(value) },
          size,
        );
        expect([...square]).toEqual(Array(size * size).fill(value));
      }),
    );
  });

  test('turning and resizing may change places', () => {
    fc.assert(
      fc.property(edge, edge, edge, fc.nat(), (width, height, size, seed) => {
        const at = (x: number, y: number) => (seed + 31 * x * x + 17 * y * (x + 3)) % 256;
        const pixels = Uint8Array.from({ length: width * height }, (_, i) =>
          at(i % width, Math.floor(i / width)),
        );
        const turned = Uint8Array.from({ length: width * height }, (_, i) =>
          at(Math.floor(i / height), i % height),
        );
        const one = resizer.stretch({ width, height, pixels }, size);
        const other = resizer.stretch({ width: height, height: width, pixels: turned }, size);
        for (let i = 0; i < one.length; i++) {
          const mirror = other[(i % size) * size + Math.floor(i / size)] as number;
          expect(Math.abs((one[i] as number) - mirror)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('a letterbox keeps the shape, in the middle', () => {
    fc.assert(
      fc.property(edge, edge, edge, (width, height, size) => {
        const box = resizer.letterbox(
          { width, height, pixels: new Uint8Array(width * height).fill(200) },
          size,
        );
        const columns = Array.from({ length: size }, (_, x) =>
          box.some((value, i) => value > 0 && i % size === x),
        );
        const rows = Array.from({ length: size }, (_, y) =>
          box.subarray(y * size, (y + 1) * size).some((v) => v > 0),
        );
        const scale = size / Math.max(width, height);
        for (const [line, exact] of [
          [columns, width * scale],
          [rows, height * scale],
        ] as const) {
          const count = line.filter(Boolean).length;
          expect(count).toBe(Math.max(1, Math.round(exact)));
          expect(line.indexOf(true)).toBe(Math.floor((size - count) / 2));
        }
      }),
    );
  });
});
