import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, gzipSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import type { ReaderSettings } from '../src/image/radiograph.ts';
import { drawnFilm, type Elements } from './dicom-file.ts';
import { tiffFile } from './tiff-file.ts';

/** A file, and how it is to be read where that differs from the tests' settings. */
export interface GoldenInput {
  readonly bytes: Uint8Array;
  readonly settings: Partial<ReaderSettings>;
}

type Inputs = readonly (readonly [name: string, input: GoldenInput])[];

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
const WIDTH = 64;
const HEIGHT = 48;

/** Files for every path through the reader: each kind of raster file, each DICOM fixture, each fact and each rejection. */
export async function goldenInputs(): Promise<Inputs> {
  return [
    ...fixtures('nih/images', /\.png$/, { geometry: 'letterbox', size: 24 }),
    ...fixtures('deep', /\.(png|tif|dcm)$/, { size: 64 }),
    ...fixtures('dicom', /\.dcm$/, { minEdge: 8 }),
    ...(await rasterFiles()),
    ...(await readOtherwise()),
    ...headers(),
    ...(await rejections()),
  ];
}

function fixtures(folder: string, kind: RegExp, settings: GoldenInput['settings']): Inputs {
  const names = readdirSync(join(FIXTURES, folder)).filter((name) => kind.test(name));
  return names.sort().map((name) => {
    const path = `${folder}/${name}`;
    return [path, { bytes: fixture(path), settings }];
  });
}

const fixture = (path: string) => readFileSync(join(FIXTURES, path));

/** A value for each pixel, from 0 to `most`, that goes up along both edges. */
const slope = (most: number, pixels = WIDTH * HEIGHT) =>
  Array.from({ length: pixels }, (_, i) => Math.round((most * ((i % WIDTH) + i / WIDTH)) / (WIDTH + HEIGHT)));

const grey8 = (pixels = slope(255)) =>
  sharp(Uint8Array.from(pixels), { raw: { width: WIDTH, height: pixels.length / WIDTH, channels: 1 } });
const grey16 = (most: number) =>
  sharp(Uint16Array.from(slope(most)), { raw: { width: WIDTH, height: HEIGHT, channels: 1 } });

/** Interleaved channels, each a multiple of the slope. */
function channels(factors: readonly number[]): Sharp {
  const pixels = Uint8Array.from(slope(255).flatMap((value) => factors.map((factor) => factor * value)));
  const count = factors.length as 2 | 3 | 4;
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: count } });
}

async function rasterFiles(): Promise<Inputs> {
  const film = grey8(slope(255, WIDTH * 900).map((value, i) => (value + (i >> 5)) % 256));
  const files: readonly (readonly [string, Promise<Uint8Array> | Uint8Array])[] = [
    ['PNG of 8 bits', grey8().toColourspace('b-w').png().toBuffer()],
    ['PNG of 8 bits, interlaced', grey8().toColourspace('b-w').png({ progressive: true }).toBuffer()],
    ['PNG of 1 bit', grey8().png({ palette: true, colours: 2, dither: 0 }).toBuffer()],
    ['PNG with a palette', grey8().png({ palette: true, dither: 0 }).toBuffer()],
    ['PNG of grey and alpha', channels([1, 0.5]).toColourspace('b-w').png().toBuffer()],
    ['PNG of three equal channels', channels([1, 1, 1]).png().toBuffer()],
    ['PNG of three equal channels and alpha', channels([1, 1, 1, 0.5]).png().toBuffer()],
    ['PNG in colour', channels([1, 0.5, 0.25]).png().toBuffer()],
    ...[255, 1000, 4000, 16_000, 65_535].map(
      (most) =>
        [
          `PNG of 16 bits up to ${most}`,
          grey16(most).toColourspace('grey16').png().toBuffer() as Promise<Uint8Array>,
        ] as const,
    ),
    ['PNG of 16 bits and three channels', grey16(4095).toColourspace('rgb16').png().toBuffer()],
    ['JPEG', grey8().toColourspace('b-w').jpeg({ quality: 90 }).toBuffer()],
    ['JPEG, progressive', grey8().toColourspace('b-w').jpeg({ progressive: true }).toBuffer()],
    ['JPEG in colour', channels([1, 0.5, 0.25]).jpeg().toBuffer()],
    ['GIF', grey8().gif().toBuffer()],
    ['PNG of more pixels', film.toColourspace('b-w').png().toBuffer()],
    ['WebP', channels([1, 1, 1]).webp({ lossless: true }).toBuffer()],
    ['TIFF of 8 bits', grey8().toColourspace('b-w').tiff({ compression: 'lzw' }).toBuffer()],
    ['TIFF of 16 bits', tiffFile(Uint16Array.from(slope(65_535)), WIDTH, 'unsigned')],
    ['TIFF of 32 bits', tiffFile(Uint32Array.from(slope(4095)), WIDTH, 'unsigned')],
    [
      'TIFF of signed values',
      tiffFile(
        Int16Array.from(slope(4095), (v) => v - 1024),
        WIDTH,
        'signed',
      ),
    ],
    [
      'TIFF of fractions',
      tiffFile(
        Float32Array.from(slope(4095), (v) => v / 4095),
        WIDTH,
        'float',
      ),
    ],
    [
      'TIFF of fractions below 0',
      tiffFile(
        Float32Array.from(slope(4), (v) => v - 2),
        WIDTH,
        'float',
      ),
    ],
  ];
  return Promise.all(
    files.map(async ([name, bytes]) => [name, { bytes: await bytes, settings: {} }] as const),
  );
}

/** One file under each setting that has another path. */
async function readOtherwise(): Promise<Inputs> {
  const shallow = await grey8().toColourspace('b-w').png().toBuffer();
  const deep = await grey16(4000).toColourspace('grey16').png().toBuffer();
  const elbow = drawnFilm({ BodyPartExamined: 'ELBOW' });
  return [
    ['letterbox', { bytes: shallow, settings: { geometry: 'letterbox' } }],
    ['raw', { bytes: shallow, settings: { encoding: 'raw' } }],
    ['its own size', { bytes: shallow, settings: { size: WIDTH } }],
    ['larger', { bytes: shallow, settings: { size: 2 * WIDTH } }],
    ['a depth that the source tells', { bytes: deep, settings: { depth: 14 } }],
    ...['implicit-12', 'jpeg-2000-12', 'jpeg-baseline-8', 'rle-8'].map(
      (name) =>
        [
          `${name}, halved`,
          { bytes: fixture(`dicom/${name}.dcm`), settings: { size: 12, minEdge: 8 } },
        ] as const,
    ),
    ['another body part that means the chest', { bytes: elbow, settings: { bodyParts: ['ELBOW'] } }],
    ['anything', { bytes: elbow, settings: { anything: true } }],
  ];
}

const IDS = { SOPInstanceUID: '1.2.3', StudyInstanceUID: '1.2', AccessionNumber: 'A1', PatientID: 'P1' };
const HEADERS: Readonly<Record<string, Elements>> = {
  'a header with ids': { ...IDS, PatientSex: 'F', PatientAge: '041Y' },
  'a header without a view': { ViewPosition: '', PatientSex: 'O' },
  'a header with dates of birth and study': { PatientBirthDate: '19501231', StudyDate: '20200101' },
  'a header with an age in months': { PatientAge: '018M' },
  'a header with an age above 89': { PatientAge: '097Y' },
  'a header of a lateral film': { ViewPosition: 'LL' },
  'a header that says the view in words': { ViewPosition: '', SeriesDescription: 'CHEST PORTABLE' },
  'a header of two views': { ViewPosition: 'AP', StudyDescription: 'Thorax p.a. / PA' },
  'a header of a window with commas': { WindowCenter: '2000,5', WindowWidth: '3000,5' },
  'a header of a film with words in it': { BurnedInAnnotation: 'YES' },
};

function headers(): Inputs {
  const packed = gzipSync(drawnFilm(IDS));
  return [...plainHeaders(), ['a film that was packed by gzip', { bytes: packed, settings: {} }]];
}

function plainHeaders(): Inputs {
  return Object.entries(HEADERS).map(([name, elements]) => [
    name,
    { bytes: drawnFilm(elements), settings: {} },
  ]);
}

async function rejections(): Promise<Inputs> {
  const png = await grey8().toColourspace('b-w').png().toBuffer();
  const rgb = await channels([1, 1, 1]).png().toBuffer();
  const jpeg = await grey8().toColourspace('b-w').jpeg().toBuffer();
  const pages = await sharp([png, await sharp(png).negate().toBuffer()], { join: { animated: true } })
    .gif()
    .toBuffer();
  const film = drawnFilm(IDS);
  const files: Readonly<Record<string, Uint8Array>> = {
    'an empty file': new Uint8Array(0),
    'a file of text': Buffer.from('<html>not found</html>'),
    'a PNG cut in its header': png.subarray(0, 20),
    'a PNG cut in the middle': png.subarray(0, png.length / 2),
    'a PNG cut before its last chunk': png.subarray(0, -12),
    'a PNG in colour cut before its last chunk': rgb.subarray(0, -12),
    'a PNG with a changed byte': Buffer.from(png).fill(png[80] === 0 ? 1 : 0, 80, 81),
    'a JPEG cut in the middle': jpeg.subarray(0, jpeg.length / 2),
    'several pages': pages,
    'too many pixels': withSize(png, 20_000),
    'too few pixels': await grey8(slope(255, 16 * WIDTH))
      .toColourspace('b-w')
      .png()
      .toBuffer(),
    'one grey': await grey8(slope(0)).toColourspace('b-w').png().toBuffer(),
    'DICOM cut in its header': film.subarray(0, 200),
    'DICOM cut in its pixels': film.subarray(0, film.length / 2),
    'DICOM of several frames': drawnFilm({ NumberOfFrames: '2' }),
    'DICOM of too many pixels': drawnFilm({ Rows: 60_000, Columns: 60_000 }),
    'DICOM of too few pixels': drawnFilm({}, 1, 16),
    'DICOM of one value': drawnFilm({ PixelData: new Uint8Array(2 * 40 * 40) }),
    'DICOM of another body part': drawnFilm({ BodyPartExamined: 'ELBOW' }),
    'DICOM of another modality': drawnFilm({ Modality: 'MG' }),
    'DICOM of another photometric interpretation': drawnFilm({ PhotometricInterpretation: 'PALETTE COLOR' }),
    'DICOM of 32 bits': drawnFilm({ BitsAllocated: 32 }),
    'DICOM of more bits than allocated': drawnFilm({ BitsStored: 17 }),
    'DICOM of another transfer syntax': drawnFilm({ TransferSyntaxUID: '1.2.840.10008.1.2.4.100' }),
    'DICOM without rows': drawnFilm({ Rows: 0 }),
  };
  return Object.entries(files).map(([name, bytes]) => [name, { bytes, settings: {} }]);
}

/** The PNG with a header that tells of a larger image. */
function withSize(png: Buffer, edge: number): Buffer {
  const larger = Buffer.from(png);
  larger.writeUInt32BE(edge, 16);
  larger.writeUInt32BE(edge, 20);
  larger.writeUInt32BE(crc32(larger.subarray(12, 29)), 29);
  return larger;
}
