import fc from 'fast-check';
import { expect, test } from 'vitest';
import { augmentation } from './augmentation.ts';

const basic = { rotate: 7, shift: 0.05, scale: 0.1, brightness: 0.1, contrast: 0.2, flip: false };
const nothing = { rotate: 0, shift: 0, scale: 0, brightness: 0, contrast: 0, flip: false };

/** Input pixel that an output pixel is taken from. */
function from([a0, a1, a2, b0, b1, b2]: readonly number[], x: number, y: number): [number, number] {
  const n = (value: number | undefined) => value as number;
  return [n(a0) * x + n(a1) * y + n(a2), n(b0) * x + n(b1) * y + n(b2)];
}

test('is a function of seed, epoch and image alone', () => {
  const one = augmentation(basic, 1, 2, 'a.png', 96);
  expect(augmentation(basic, 1, 2, 'a.png', 96)).toEqual(one);
  for (const [seed, epoch, image] of [
    [2, 2, 'a.png'],
    [1, 3, 'a.png'],
    [1, 2, 'b.png'],
  ] as const) {
    expect(augmentation(basic, seed, epoch, image, 96)).not.toEqual(one);
  }
});

test('with all bounds at zero it leaves the image as it is', () => {
  const { transform, contrast, brightness } = augmentation(nothing, 0, 1, 'a.png', 64);
  expect(transform.map((value) => value + 0)).toEqual([1, 0, 0, 0, 1, 0, 0, 0]);
  expect([contrast, brightness + 0]).toEqual([1, 0]);
});

test('a flip mirrors about half of the images, left to right', () => {
  const flips = Array.from({ length: 400 }, (_, i) =>
    augmentation({ ...nothing, flip: true }, 0, 1, `${i}`, 64),
  );
  const mirrored = flips.filter(({ transform }) => from(transform, 0, 5)[0] === 63);
  expect(mirrored.length).toBeGreaterThan(150);
  expect(mirrored.length).toBeLessThan(250);
  expect(from(mirrored[0]?.transform ?? [], 10, 20)).toEqual([53, 20]);
});

test('rotation, scale and shift stay within their bounds', () => {
  fc.assert(
    fc.property(fc.nat(), fc.string(), (epoch, id) => {
      const { transform, contrast, brightness } = augmentation(basic, 0, epoch, id, 96);
      const [x0, y0] = from(transform, 47.5, 47.5);
      expect(Math.abs(x0 - 47.5)).toBeLessThanOrEqual(0.05 * 96 + 1e-9);
      expect(Math.abs(y0 - 47.5)).toBeLessThanOrEqual(0.05 * 96 + 1e-9);
      const [x1, y1] = from(transform, 48.5, 47.5);
      const zoom = 1 / Math.hypot(x1 - x0, y1 - y0);
      expect(Math.abs(zoom - 1)).toBeLessThanOrEqual(0.1 + 1e-9);
      expect(Math.abs(Math.atan2(y1 - y0, x1 - x0))).toBeLessThanOrEqual((7 * Math.PI) / 180 + 1e-9);
      expect(Math.abs(contrast - 1)).toBeLessThanOrEqual(0.2);
      expect(Math.abs(brightness)).toBeLessThanOrEqual(0.1);
    }),
  );
});
