import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { dicomFile, drawnFilm } from '../../test/dicom-file.ts';
import { SETTINGS, temporaryFolder } from '../../test/testing.ts';
import { ReadPool } from '../read/read-pool.ts';
import type { ReadResult } from '../read/read-worker.ts';
import { wordsOf } from './rejection.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/dicom', import.meta.url));
const FILMS = readdirSync(FIXTURES)
  .filter((name) => name.endsWith('.dcm'))
  .map((name) => readFileSync(join(FIXTURES, name)));
/** DICOM and other images that are written oddly. */
const ODD = fileURLToPath(new URL('../../fixtures/odd', import.meta.url));
const ODD_FILES = readdirSync(ODD)
  .filter((name) => !/\.(py|json)$/.test(name))
  .map((name) => readFileSync(join(ODD, name)));
const SLOWEST_MS = 10_000;
const MEMORY = 2 ** 30;

/** Reads the files as ingest does: every one must be an image or have a reason, soon, and in bounded memory. */
async function readAll(files: readonly Uint8Array[]): Promise<ReadResult[]> {
  const folder = await temporaryFolder();
  const pool = new ReadPool({ settings: SETTINGS, workers: 2 });
  onTestFinished(() => pool.close());
  const before = process.memoryUsage.rss();
  const results = await Promise.all(
    files.map(async (bytes, i) => {
      const path = join(folder, `${i}`);
      await writeFile(path, bytes);
      return pool.read(path);
    }),
  );
  expect(results).toHaveLength(files.length);
  for (const { image } of results) {
    if ('reason' in image) expect(wordsOf(image)).toMatch(/^[^\n]{1,120}$/);
    else expect(image.encoded.length).toBeGreaterThan(50);
  }
  const slow = results.filter(
    ({ image }) => 'reason' in image && image.detail.startsWith('not decoded within'),
  );
  expect(slow).toEqual([]);
  expect(process.memoryUsage.rss() - before).toBeLessThan(MEMORY);
  return results;
}

const reasons = (results: readonly ReadResult[]) =>
  results.map(({ image }) => ('reason' in image ? image.reason : 'image'));

/** Draws the same values each time. */
function sampled<Value>(arbitrary: fc.Arbitrary<Value>, count: number, seed: number): Value[] {
  return fc.sample(arbitrary, { seed, numRuns: count });
}

test(
  '420 files cut at every class of length',
  async () => {
    const cuts = [0, 0.01, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];
    const files = FILMS.flatMap((film) => cuts.map((cut) => film.subarray(0, Math.floor(film.length * cut))));
    expect(files.length).toBeGreaterThanOrEqual(420);
    const results = await readAll(files);
    expect(reasons(results).filter((reason) => reason === 'image')).toEqual([]);
  },
  SLOWEST_MS * 3,
);

test(
  '700 files with bytes changed at random, in the header and in the pixels',
  async () => {
    const files = FILMS.flatMap((film, i) =>
      sampled(
        fc.array(fc.record({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), to: fc.nat(255) }), {
          minLength: 1,
          maxLength: 12,
        }),
        25,
        i,
      ).map((changes, run) => {
        const copy = Buffer.from(film);
        const start = run % 2 === 0 ? 132 : Math.floor(film.length / 4);
        for (const { at, to } of changes) copy[start + Math.floor(at * (copy.length - start))] = to;
        return copy;
      }),
    );
    expect(files.length).toBeGreaterThanOrEqual(700);
    await readAll(files);
  },
  SLOWEST_MS * 4,
);

test(
  '360 oddly written files with bytes changed at random, some of them cut',
  async () => {
    const files = ODD_FILES.flatMap((file, i) =>
      sampled(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }), 2, i).map(
        (changes, run) => {
          const copy = Buffer.from(file);
          for (const [at, to] of changes) copy[at % copy.length] = to;
          return run === 0 ? copy : copy.subarray(0, Math.floor(copy.length * 0.8));
        },
      ),
    );
    expect(files.length).toBeGreaterThanOrEqual(360);
    await readAll(files);
  },
  SLOWEST_MS * 4,
);

test(
  '390 files with a wrong length or VR in one of their elements',
  async () => {
    const WRONG = [1, 7, 0xffff, 0x7fff_fffe, 0xffff_ffff];
    const files = FILMS.flatMap((film, i) =>
      sampled(
        fc.record({
          at: fc.nat(),
          wrong: fc.constantFrom(...WRONG),
          vr: fc.constantFrom('SQ', 'UN', 'OB', 'DS', 'XX', 'FD'),
        }),
        14,
        i,
      ).map(({ at, wrong, vr }, run) => {
        const copy = Buffer.from(film);
        const places = elementPlaces(film);
        const place = places[at % places.length] as number;
        if (run % 3 === 0) copy.write(vr, place + 4, 'latin1');
        else if (run % 3 === 1) copy.writeUInt16LE(wrong & 0xffff, place + 6);
        else copy.writeUInt32LE(wrong, place + 8);
        return copy;
      }),
    );
    expect(files.length).toBeGreaterThanOrEqual(390);
    await readAll(files);
  },
  SLOWEST_MS * 3,
);

/** Where something stands that looks like an element: a group of the header's, and a VR. */
function elementPlaces(film: Buffer): number[] {
  const groups = [0x0002, 0x0008, 0x0010, 0x0018, 0x0020, 0x0028];
  const places: number[] = [];
  for (let at = 132; at + 12 < Math.min(film.length, 2000); at += 2) {
    if (groups.includes(film.readUInt16LE(at)) && /^[A-Z]{2}$/.test(film.toString('latin1', at + 4, at + 6)))
      places.push(at);
  }
  return places.length > 0 ? places : [140];
}

test(
  'films of impossible shape, depth and nesting',
  async () => {
    const edges = [0, 1, 3, 65_535];
    const shapes = edges.flatMap((Rows) => edges.map((Columns) => drawnFilm({ Rows, Columns })));
    const depths = [0, 1, 7, 12, 32, 64, 65_535].flatMap((BitsAllocated) =>
      [0, 9, 16, 40_000].map((BitsStored) => drawnFilm({ BitsAllocated, BitsStored, HighBit: BitsStored })),
    );
    const samples = [0, 2, 3, 4, 60_000].map((SamplesPerPixel) => drawnFilm({ SamplesPerPixel }));
    const nested = [2, 50, 2000, 20_000].map(nestedSequences);
    const results = await readAll([...shapes, ...depths, ...samples, ...nested]);
    expect(reasons(results.slice(0, shapes.length)).filter((reason) => reason === 'over-size')).toHaveLength(
      1,
    );
  },
  SLOWEST_MS * 3,
);

/** A film's header, then sequences of undefined length within each other that never end. */
function nestedSequences(depth: number): Buffer {
  const sequence = Buffer.from('2800003053510000fffffffffeff00e0ffffffff', 'hex');
  return Buffer.concat([drawnFilm({}).subarray(0, 300), ...Array<Buffer>(depth).fill(sequence)]);
}

test(
  'frames that unpack to far more than they should',
  async () => {
    const bomb = deflateRawSync(Buffer.alloc(2 ** 29), { level: 9 });
    const header = dicomFile({ TransferSyntaxUID: '1.2.840.10008.1.2.1.99' });
    const deflated = Buffer.concat([header, bomb]);
    const huge = FILMS.flatMap(hugeFrames);
    expect(huge.length).toBeGreaterThanOrEqual(12);
    const results = await readAll([deflated, ...huge]);
    expect(reasons(results).filter((reason) => reason === 'image')).toEqual([]);
  },
  SLOWEST_MS * 3,
);

/** A frame header's marker, where its height stands behind it, and in how many bytes. */
const FRAME_HEADERS = [
  ['ffc0', 5, 2],
  ['ffc3', 5, 2],
  ['fff7', 5, 2],
  ['ff51', 6, 4],
] as const;
const FARTHEST_HEADER = 100;

/** The film with a frame header that says 65,500 x 65,500, alone and in agreement with its data set. */
function hugeFrames(film: Buffer): Buffer[] {
  const start = Math.max(film.indexOf('ffd8ff', 400, 'hex'), film.indexOf('ff4fff', 400, 'hex'));
  return FRAME_HEADERS.flatMap(([marker, at, bytes]) => {
    const found = film.indexOf(marker, Math.max(start, 0), 'hex');
    if (start < 0 || found < 0 || found > start + FARTHEST_HEADER) return [];
    const frame = Buffer.from(film);
    for (const side of [0, 1]) frame.writeUIntBE(65_500, found + at + side * bytes, bytes);
    const both = Buffer.from(frame);
    for (const tag of ['280010005553', '280011005553'])
      both.writeUInt16LE(65_500, both.indexOf(tag, 0, 'hex') + 8);
    return [frame, both];
  });
}
