import { expect, test } from 'vitest';
import { BITS, FREQUENCIES, SAMPLES } from './frequencies.ts';
import { EDGE } from './relief.ts';
import { Spectrum } from './spectrum.ts';

const WHOLE = { start: 0, size: 1 };
const HALF = { start: 0.5, size: 0.5 };

/** A relief that is one cosine of the whole square. */
const wave = (v: number, u: number) =>
  Float32Array.from({ length: EDGE * EDGE }, (_, i) => {
    const [x, y] = [(i % EDGE) + 0.5, Math.floor(i / EDGE) + 0.5];
    return Math.cos((Math.PI * u * x) / EDGE) * Math.cos((Math.PI * v * y) / EDGE);
  });

test('a wave has the coefficient of its frequency, and no other', () => {
  for (const bit of [0, 17, 130, 400]) {
    const [v, u] = FREQUENCIES[bit] as readonly [number, number];
    const found = new Spectrum([WHOLE]).take(wave(v, u)).part(0, 0, BITS);
    // Each sample is the mean of two pixels, which takes a little off a high frequency.
    const damped = [u, v].reduce((product, f) => product * Math.cos((Math.PI * f) / (2 * EDGE)), 1);
    const energy = ((SAMPLES * SAMPLES) / (u === 0 || v === 0 ? 2 : 4)) * damped;
    expect(found[bit]).toBeCloseTo(energy, 2);
    for (const [other, value] of found.entries())
      if (other !== bit) expect(Math.abs(value)).toBeLessThan(0.01);
  }
});

test('a wave of the whole has half its frequency in a half', () => {
  const spectrum = new Spectrum([WHOLE, HALF]).take(wave(0, 4));
  const bit = FREQUENCIES.findIndex(([v, u]) => v === 0 && u === 2);
  const [first = 0] = spectrum.part(0, 0, BITS).slice(bit);
  expect(Math.abs(first)).toBeLessThan(0.01);
  expect(spectrum.part(1, 0, BITS)[bit]).toBeGreaterThan(500);
});

test('a column has the coefficients of each part along y, one after the other', () => {
  const spectrum = new Spectrum([WHOLE, HALF]).take(wave(3, 5));
  const column = spectrum.column(1, 128).slice();
  expect(column.subarray(0, 128)).toEqual(spectrum.part(1, 0, 128).slice());
  expect(column.subarray(128)).toEqual(spectrum.part(1, 1, 128).slice());
});
