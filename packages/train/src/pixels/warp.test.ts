import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultCacheDir, startEngine, tf } from '@viewgap/engine';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { type Augmentation, augmentation } from './augmentation.ts';
import { writeAugmented } from './warp.ts';

const SIZE = 96;
const IMAGES = fileURLToPath(new URL('../../../../pipelines/nih-sample/images', import.meta.url));
const wild = { rotate: 45, shift: 0.3, scale: 0.5, brightness: 0.4, contrast: 0.6, flip: true };
const nothing = { rotate: 0, shift: 0, scale: 0, brightness: 0, contrast: 0, flip: false };
let films: Uint8Array[];

beforeAll(async () => {
  await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} });
  const names = (await readdir(IMAGES)).sort().slice(0, 40);
  films = await Promise.all(
    names.map((name) =>
      sharp(join(IMAGES, name))
        .removeAlpha()
        .resize(SIZE, SIZE, { fit: 'fill' })
        .toColourspace('b-w')
        .raw()
        .toBuffer(),
    ),
  );
});

function augmented(film: Uint8Array, moved: Augmentation) {
  // Filled with what must not stay: the memory is another batch's.
  const pixels = new Uint8ClampedArray(SIZE * SIZE).fill(99);
  const inside = new Uint8Array(SIZE * SIZE).fill(99);
  writeAugmented(film, SIZE, moved, pixels, inside);
  return { pixels, inside };
}

/** The same by TensorFlow, in floating point: the film and a mask of ones go through ImageProjectiveTransform. */
function byTensorFlow(film: Uint8Array, { transform, contrast, brightness }: Augmentation) {
  return tf.tidy(() => {
    const grey = tf.tensor4d(
      Float32Array.from(film, (value) => value / 255),
      [1, SIZE, SIZE, 1],
    );
    const both = tf.concat([grey, tf.onesLike(grey)], 3);
    const moved = tf.image.transform(both, tf.tensor2d([[...transform]]), 'bilinear', 'constant', 0);
    const [image, cover] = tf.split(moved, 2, 3) as [tf.Tensor, tf.Tensor];
    const bright = tf.add(tf.mul(tf.sub(image, 0.5), contrast), 0.5 + brightness);
    return {
      pixels: tf.mul(tf.clipByValue(bright, 0, 1), 255).dataSync(),
      inside: tf.cast(tf.greaterEqual(cover, 0.999), 'int32').dataSync(),
    };
  });
}

test('it is what TensorFlow computes, but for the rounding to 8 bits, and the mask is the same', () => {
  let film = 0;
  films.forEach((source, i) => {
    const moved = augmentation(wild, 1, 2, `${i}`, SIZE);
    const ours = augmented(source, moved);
    const theirs = byTensorFlow(source, moved);
    expect(Array.from(ours.inside)).toEqual(Array.from(theirs.inside));
    ours.pixels.forEach((value, at) => {
      if (ours.inside[at] === 1) expect(Math.abs(value - (theirs.pixels[at] as number))).toBeLessThan(0.6);
      else expect(value).toBe(0);
    });
    film += ours.inside.reduce((sum, value) => sum + value, 0);
  });
  // Both kinds were seen, many of each.
  const share = film / (films.length * SIZE * SIZE);
  expect(share).toBeGreaterThan(0.3);
  expect(share).toBeLessThan(0.9);
});

test('with all bounds at zero it leaves every byte as it is, all of it film', () => {
  for (const film of films.slice(0, 5)) {
    const { pixels, inside } = augmented(film, augmentation(nothing, 0, 1, 'a', SIZE));
    expect(Buffer.from(pixels)).toEqual(film);
    expect(inside.every((value) => value === 1)).toBe(true);
  }
});

test('a flip alone mirrors the bytes', () => {
  const film = films[0] as Uint8Array;
  const mirror = { transform: [-1, 0, SIZE - 1, 0, 1, 0, 0, 0], contrast: 1, brightness: 0 };
  const { pixels } = augmented(film, mirror);
  for (let y = 0; y < SIZE; y++) {
    const row = Array.from(film.subarray(y * SIZE, (y + 1) * SIZE));
    expect(Array.from(pixels.subarray(y * SIZE, (y + 1) * SIZE))).toEqual(row.reverse());
  }
});

test('contrast turns about the middle grey, brightness adds, both clipped', () => {
  const film = new Uint8Array(SIZE * SIZE).fill(200);
  const still = augmentation(nothing, 0, 1, 'a', SIZE);
  const grey = (contrast: number, brightness: number) =>
    augmented(film, { ...still, contrast, brightness }).pixels[0];
  expect([grey(0, 0), grey(0.5, 0), grey(1, 0.1), grey(1, -0.1), grey(2, 0.1), grey(1, -1)]).toEqual([
    128, 164, 226, 174, 255, 0,
  ]);
});
