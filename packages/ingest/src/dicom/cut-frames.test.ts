import { readFileSync } from 'node:fs';
import { Kernels } from '@viewgap/shards/grey';
import { expect, test } from 'vitest';
import { Codecs } from './codecs/codecs.ts';
import { type DecodedFilm, decodeDicom } from './decode.ts';

const kernels = new Kernels();
const codecs = new Codecs();
const fixture = (name: string) => readFileSync(new URL(`../../fixtures/odd/${name}.dcm`, import.meta.url));

async function decoded(bytes: Uint8Array): Promise<DecodedFilm> {
  const film = await decodeDicom(bytes, { kernels, codecs, maxPixels: 2 ** 20, size: 64 });
  if ('reason' in film) throw new Error(film.reason);
  return film;
}

/** The file with its only frame cut to `length` bytes, in a fragment whose stated length is right. */
function withFrameOf(file: Buffer, length: number): Buffer {
  const at = frameStart(file);
  const head = Buffer.from(file.subarray(0, at));
  head.writeUInt32LE(length, at - 4);
  return Buffer.concat([head, file.subarray(at, at + length), Buffer.from('feffdde000000000', 'hex')]);
}

function frameStart(file: Buffer): number {
  const table = file.indexOf('feff00e0', 0, 'hex');
  return file.indexOf('feff00e0', table + 4, 'hex') + 8;
}

// The last bytes of a frame may only fill it up to a whole byte, so that nothing is missing without them.
test.each([
  'jpeg-no-end',
  'jpeg-ls-no-end',
  'jpeg-lossless-no-end',
  'jpeg-says-rgb-is-ycc',
  'jpeg-ls-rgb',
  'htj2k-12',
  'jpeg-2000-then-bytes',
])('wherever a frame is cut, its film is shown whole or not at all: %s', async (name) => {
  const file = fixture(name);
  const whole = await decoded(file);
  const length = file.readUInt32LE(frameStart(file) - 4);
  const shown: number[] = [];
  for (let cut = length - 1; cut > 20; cut -= cut > length - 16 ? 1 : 61) {
    const film = await decoded(withFrameOf(file, cut)).catch(() => null);
    if (film === null) continue;
    shown.push(cut);
    expect(film.pixels, `${cut} of ${length} bytes`).toEqual(whole.pixels);
  }
  expect(Math.min(length, ...shown)).toBeGreaterThan(length - 20);
});
