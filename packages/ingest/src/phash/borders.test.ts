import { describe, expect, test } from 'vitest';
import { insideBorders } from './borders.ts';
import type { GreyImage } from './grey-image.ts';

/** 20 by 10, greys that rise to the right and downwards within a border of `left` and `top`. */
function film(grey: number, left: number, top: number, noise = 0): GreyImage {
  const [width, height] = [20, 10];
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x < left || y < top ? grey + (i % 2) * noise : 60 + 9 * x + 3 * y;
  });
  return { width, height, pixels };
}

describe('the part inside the borders', () => {
  test('is the whole film where it has none', () => {
    expect(insideBorders(film(0, 0, 0))).toEqual({ x: { start: 0, size: 20 }, y: { start: 0, size: 10 } });
  });

  test.each([
    ['black', 0, 0],
    ['white', 250, 0],
    ['grey with the noise of JPEG', 30, 5],
  ])('leaves out a border that is %s', (_, grey, noise) => {
    expect(insideBorders(film(grey, 4, 3, noise))).toEqual({
      x: { start: 4, size: 16 },
      y: { start: 3, size: 7 },
    });
  });

  test('keeps what is dark but not of one grey', () => {
    expect(insideBorders(film(0, 4, 3, 30)).y).toEqual({ start: 0, size: 10 });
  });

  test('keeps a fifth of a film that is all of one grey', () => {
    const blank = { width: 20, height: 10, pixels: new Uint8Array(200) };
    expect(insideBorders(blank)).toEqual({ x: { start: 8, size: 4 }, y: { start: 4, size: 2 } });
  });
});
