import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kernels } from '@viewgap/shards/grey';
import { describe, expect, test } from 'vitest';
import { drawnFilm, type Elements } from '../../test/dicom-file.ts';
import { sharedData, temporaryFolder } from '../../test/testing.ts';
import { Resizer } from '../pixels/resize.ts';
import { Codecs } from './codecs/codecs.ts';
import { type DecodedFilm, decodeDicom } from './decode.ts';
import type { Rejection } from './rejection.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/dicom', import.meta.url));
const kernels = new Kernels();
const codecs = new Codecs();

const decode = (bytes: Uint8Array, size = 64, maxPixels = 2 ** 26) =>
  decodeDicom(bytes, { kernels, codecs, maxPixels, size });
const fixture = (name: string) => readFileSync(join(FIXTURES, `${name}.dcm`));

function usable(result: DecodedFilm | Rejection): DecodedFilm {
  if ('reason' in result) throw new Error(`${result.reason}: ${result.detail}`);
  return result;
}

/** Absolute differences in grey levels: mean, 99th percentile and largest. */
function differences(ours: Uint8Array, theirs: Uint8Array): { mean: number; p99: number; largest: number } {
  expect(ours).toHaveLength(theirs.length);
  const all = [...ours].map((value, i) => Math.abs(value - (theirs[i] as number))).sort((a, b) => a - b);
  return {
    mean: all.reduce((a, b) => a + b, 0) / all.length,
    p99: all[Math.floor(0.99 * (all.length - 1))] as number,
    largest: all.at(-1) as number,
  };
}

const renderings = JSON.parse(readFileSync(join(FIXTURES, 'renderings.json'), 'utf8')) as Record<
  string,
  { width: number; height: number; pixels: string }
>;
/** Decoders of lossy frames round differently. */
const LOSSY = ['jpeg-baseline-8', 'jpeg-2000-lossy-12'];

describe('a drawn film is shown as pydicom shows it', () => {
  test.each(Object.entries(renderings))('%s', async (name, { width, height, pixels }) => {
    const film = usable(await decode(fixture(name)));
    expect([film.width, film.height]).toEqual([width, height]);
    const { largest } = differences(film.pixels, Buffer.from(pixels, 'hex'));
    expect(largest).toBeLessThanOrEqual(LOSSY.includes(name) ? 1 : 0);
  });

  test('and every drawing has its rendering', () => {
    const drawn = readdirSync(FIXTURES).flatMap((name) => /^(.+)\.dcm$/.exec(name)?.[1] ?? []);
    expect(Object.keys(renderings).sort()).toEqual(drawn.sort());
  });
});

test('a film is halved to the same values whatever its coding: they are the low band of the lossless wavelet', async () => {
  const decoded = async (coding: string) => usable(await decode(fixture(`${coding}-12`), 12));
  const plain = await decoded('implicit');
  expect(plain.thinned).toEqual({ width: 48, height: 40, step: 2 });
  for (const coding of ['jpeg-2000', 'rle', 'jpeg-ls', 'jpeg-lossless', 'deflated']) {
    expect(await decoded(coding), coding).toMatchObject({ width: 24, height: 20, pixels: plain.pixels });
  }
});

test('a window that no value of the film lies in is left out, and a film that has one value only stays as it is', async () => {
  const shown = async (elements: Elements) => usable(await decode(drawnFilm(elements))).pixels;
  const plain = await shown({});
  expect(await shown({ WindowCenter: '30000', WindowWidth: '100' })).toEqual(plain);
  expect(await shown({ WindowCenter: '-30000', WindowWidth: '100' })).toEqual(plain);
  expect(await shown({ WindowCenter: '2048', WindowWidth: '100' })).not.toEqual(plain);
  const blank = { PixelData: new Uint8Array(2 * 40 * 40) };
  expect(new Set(await shown({ ...blank, WindowCenter: '30000', WindowWidth: '100' })).size).toBe(1);
});

test('a LUT of 12 bits that is declared as one of 16 shows its film in its own range', async () => {
  const bytes = readFileSync(new URL('../../fixtures/deep/voi-lut-12-declared-16.dcm', import.meta.url));
  const { pixels } = usable(await decode(bytes, 128));
  // As pydicom and dcm2pnm +Mv show it.
  expect(Math.abs(pixels.reduce((a, b) => a + b, 0) / pixels.length - 161.8)).toBeLessThan(1);
  expect(new Set(pixels).size).toBeGreaterThan(200);
});

/** The file with one of its texts replaced by another of the same length. */
function changed(name: string, from: string, to: string): Buffer {
  const bytes = Buffer.from(fixture(name));
  const at = bytes.indexOf(from, 132, 'latin1');
  expect(at).toBeGreaterThan(0);
  expect(to).toHaveLength(from.length);
  bytes.write(to, at, 'latin1');
  return bytes;
}

describe('what is no single chest radiograph of a usable size is told before its pixels are touched', () => {
  test.each([
    [
      'another body part',
      'CSCHEST ',
      'CSELBOW ',
      { reason: 'not-chest', detail: 'another body part: ELBOW', words: 'another body part: ELBOW' },
    ],
    [
      'another modality',
      'CS\u0002\0DX',
      'CS\u0002\0MG',
      { reason: 'not-chest', detail: 'another modality: MG', words: 'another modality: MG' },
    ],
  ])('%s', async (_, from, to, rejection) => {
    const [text, other] = [from.replace('CSCHEST ', 'CHEST '), to.replace('CSELBOW ', 'ELBOW ')];
    expect(await decode(changed('window-12', text, other))).toEqual(rejection);
  });

  test('too many pixels', async () => {
    expect(await decode(fixture('window-12'), 64, 48 * 40 - 1)).toEqual({
      reason: 'over-size',
      detail: '48 x 40 pixels',
    });
  });
});

test('the header`s facts: ids, view, age, sex', async () => {
  const { film } = usable(await decode(fixture('window-12')));
  expect(film).toMatchObject({
    study: '2.25.1',
    patient: 'DRAWN-1',
    accession: null,
    view: { view: 'PA', source: 'dicom', conflict: false },
    ageYears: 41,
    sex: 'F',
    burnedIn: false,
  });
  expect(film.sopInstance).toMatch(/^2\.25\.\d+$/);
});

test('what is for processing is used, with a warning', async () => {
  const warningsOf = async (PresentationIntentType: string) =>
    usable(await decode(drawnFilm({ PresentationIntentType }))).warnings;
  expect(await warningsOf('FOR PROCESSING')).toEqual(['for-processing']);
  expect(await warningsOf('FOR PRESENTATION')).toEqual([]);
});

const real = sharedData('dicom');
const hasPydicom = spawnSync('python3', ['-c', 'import pydicom, pylibjpeg, gdcm, PIL']).status === 0;

describe.skipIf(real === null)('real films (skipped where ../shared is absent)', () => {
  const names = real === null ? [] : readdirSync(real).filter((name) => name.endsWith('.dcm'));
  /** The extremity passed off as a chest: its pixels are to be decoded too. */
  const bytesOf = (name: string) => {
    const bytes = readFileSync(join(real as string, name));
    const at = bytes.indexOf('EXTREMITY', 0, 'latin1');
    if (at > 0) bytes.write('CHEST    ', at, 'latin1');
    return bytes;
  };

  test('the extremity is no chest', async () => {
    for (const name of names.filter((one) => one.startsWith('RG3'))) {
      const result = await decode(readFileSync(join(real as string, name)));
      expect(result, name).toMatchObject({ reason: 'not-chest', detail: 'another body part: EXTREMITY' });
    }
  });

  test('every lossless encoding of one film has the same pixels', async () => {
    const plain = usable(await decode(bytesOf('RG3_UNC.dcm'), 224));
    for (const coding of ['J2KR', 'JLSL', 'JPLL', 'RLE']) {
      const { pixels } = usable(await decode(bytesOf(`RG3_${coding}.dcm`), 224));
      expect(Buffer.compare(pixels, plain.pixels), coding).toBe(0);
    }
  });

  test('the film without a view has none', async () => {
    const { film } = usable(await decode(bytesOf('nih_dx_implicitLE_noview.dcm')));
    expect(film.view).toMatchObject({ view: 'unknown', source: 'none', conflict: false });
  });

  test.skipIf(!hasPydicom)(
    'all are shown as pydicom shows them (skipped where python3 lacks it)',
    async () => {
      const out = await temporaryFolder();
      const script = join(FIXTURES, 'reference.py');
      execFileSync('python3', [script, out, ...names.map((name) => join(real as string, name))]);
      const resizer = new Resizer(kernels);
      for (const name of names) {
        const ours = resizer.stretch(usable(await decode(bytesOf(name), 224)), 224);
        const { mean, p99 } = differences(ours, readFileSync(join(out, `${name}.grey`)));
        expect(mean, name).toBeLessThanOrEqual(1);
        expect(p99, name).toBeLessThanOrEqual(3);
      }
    },
  );
});
