import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Film, ingested, readFilm, TRANSFORMS } from '../../bench/film-transforms.ts';
import { SAMPLE } from '../../test/testing.ts';
import { BITS } from './frequencies.ts';
import { Hasher, phashDistance, phashFromHex, phashToHex } from './phash.ts';

const hasher = new Hasher();
const [NAME = '', OTHER = ''] = (await readdir(SAMPLE)).sort();
const film = await readFilm(join(SAMPLE, NAME));
const hashOf = async (one: Film) => hasher.film(await ingested(one));
const original = await hashOf(film);

/** Bits of 512 that a copy changes at most; another patient's film changes some 256. */
test.each([
  ['re-encoded (JPEG q90)', 20],
  ['JPEG q50', 40],
  ['resized to 60 %', 51],
  ['re-windowed (gamma 0.6)', 77],
  ['inverted', 12],
  ['black borders of 12 %', 40],
  ['CLAHE (slope 4, an eighth of the side)', 150],
  ['text burnt in', 150],
])('a copy %s: at most %d bits differ', async (kind, bits) => {
  const copy = await TRANSFORMS[kind]?.(film, NAME);
  expect(phashDistance(await hashOf(copy as Film), original)).toBeLessThanOrEqual(bits);
});

test('half of the bits of another patient`s film differ, give or take a quarter', async () => {
  const other = await hashOf(await readFilm(join(SAMPLE, OTHER)));
  expect(Math.abs(phashDistance(other, original) - BITS / 2)).toBeLessThan(BITS / 8);
});

test('a hash is the same after a journey through its text', () => {
  expect(phashToHex(original)).toMatch(/^[0-9a-f]{128}$/);
  expect(phashFromHex(phashToHex(original))).toEqual(original);
});

test('a film of one grey has a hash', () => {
  const blank = { width: 64, height: 64, pixels: new Uint8Array(64 * 64).fill(7) };
  expect(phashToHex(hasher.film(blank))).toMatch(/^[0-9a-f]{128}$/);
});
