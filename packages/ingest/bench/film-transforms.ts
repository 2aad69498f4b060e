import { hashUniform } from '@viewgap/stats';
import sharp, { type Sharp } from 'sharp';

/** A grey image in memory. */
export interface Film {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Decodes any image file to 8-bit grey. */
export async function readFilm(file: string | Uint8Array): Promise<Film> {
  return filmOf(sharp(file).removeAlpha());
}

/** The film as ingest keeps it: a square of 224 pixels. */
export function ingested(film: Film): Promise<Film> {
  return filmOf(open(film).resize(224, 224, { fit: 'fill' }));
}

/** What may have happened to a copy, by name. Random choices depend on the film's name alone. */
export const TRANSFORMS: Readonly<Record<string, (film: Film, name: string) => Promise<Film>>> = {
  're-encoded (JPEG q90)': (film) => asJpeg(film, 90),
  'resized to 60 %': (film) =>
    filmOf(open(film).resize(Math.round(film.width * 0.6), Math.round(film.height * 0.6), { fit: 'fill' })),
  'JPEG q50': (film) => asJpeg(film, 50),
  're-windowed (5th to 95th percentile)': async (film) => {
    const [low, high] = [percentile(film, 0.05), percentile(film, 0.95)];
    return mapped(film, (value) => ((value - low) / Math.max(1, high - low)) * 255);
  },
  're-windowed (gamma 0.6)': async (film) => mapped(film, (value) => 255 * (value / 255) ** 0.6),
  inverted: async (film) => mapped(film, (value) => 255 - value),
  'CLAHE (slope 4, an eighth of the side)': async (film) => {
    const [width, height] = [film.width, film.height].map((side) => Math.max(1, Math.round(side / 8)));
    return filmOf(open(film).clahe({ width: width as number, height: height as number, maxSlope: 4 }));
  },
  'text burnt in': async (film, name) => filmOf(open(film).composite([{ input: lettering(film, name) }])),
  mirrored: (film) => filmOf(open(film).flop()),
  'turned by 3 degrees': (film, name) => turned(film, hashUniform('turn', name) < 0.5 ? -3 : 3),
  'turned by 1 to 3 degrees': (film, name) => turned(film, 1 + 2 * hashUniform('turn by', name)),
  'black borders of 12 %': (film) => bordered(film, 0.12, 0.12),
  'black borders of 25 %': (film) => bordered(film, 0.25, 0.25),
  'black borders, JPEG q75': async (film) => asJpeg(await bordered(film, 0, 0.2), 75),
  '5 % of each side cropped': (film, name) => {
    const [x, y] = [hashUniform('crop x', name), hashUniform('crop y', name)];
    return cropped(film, 0.05 * x, 0.05 * (1 - x), 0.05 * y, 0.05 * (1 - y));
  },
  '15 % of each side cropped': (film, name) => {
    const [x, y] = [hashUniform('crop x', name), hashUniform('crop y', name)];
    return cropped(film, 0.15 * x, 0.15 * (1 - x), 0.15 * y, 0.15 * (1 - y));
  },
  '5 % cropped at one end': (film, name) => croppedAtOneEnd(film, 0.05, name),
  '15 % cropped at one end': (film, name) => croppedAtOneEnd(film, 0.15, name),
  'bottom 15 % cut': (film) => cropped(film, 0, 0, 0, 0.15),
  ...Object.fromEntries(
    [3, 5, 8, 10, 15].map((percent) => [
      `${percent} % cropped at every end`,
      (film: Film) => cropped(film, percent / 100, percent / 100, percent / 100, percent / 100),
    ]),
  ),
};

/** Kinds of copies that the gate need not find: half of the film is gone. */
const TOO_MUCH = ['15 % cropped at every end'];
export const FOUND = Object.entries(TRANSFORMS).filter(([kind]) => !TOO_MUCH.includes(kind));

/** Strokes of letters in a box of 4 by 6, so that no font is needed. */
const LETTERS: Readonly<Record<string, string>> = {
  A: 'M0 6 L2 0 L4 6 M1 4 H3',
  P: 'M0 6 V0 H4 V3 H0',
  L: 'M0 0 V6 H4',
  E: 'M4 0 H0 V6 H4 M0 3 H3',
  '1': 'M1 1 L2 0 V6',
  '2': 'M0 1 L2 0 L4 1 L0 6 H4',
};
const WORDS = ['PA', 'AP', 'L', 'APPEAL'];

/** A word in letters of a tenth of the film's height, and a line of digits of a twentieth along its lower end. */
function lettering({ width, height }: Film, name: string): Buffer {
  const at = (key: string) => hashUniform(key, name);
  const word = WORDS[Math.floor(WORDS.length * at('word'))] as string;
  const large = height / 60;
  const x = at('text x') * (width - 6 * large * word.length);
  const y = at('text y') * 0.8 * height;
  const line = (text: string, scale: number, left: number, top: number) =>
    [...text].map(
      (letter, i) =>
        `<path transform="translate(${left + 6 * scale * i} ${top}) scale(${scale})" d="${LETTERS[letter]}"/>`,
    );
  const strokes = [...line(word, large, x, y), ...line('1211221121', large / 2, 0.04 * width, 0.92 * height)];
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" fill="none" stroke="white">${strokes.join('')}</svg>`,
  );
}

/** Turned about its centre within its own frame; black comes in at the corners. */
async function turned(film: Film, degrees: number): Promise<Film> {
  const whole = await filmOf(open(film).rotate(degrees, { background: '#000' }));
  return filmOf(
    open(whole).extract({
      left: (whole.width - film.width) >> 1,
      top: (whole.height - film.height) >> 1,
      width: film.width,
      height: film.height,
    }),
  );
}

function bordered(film: Film, high: number, wide: number): Promise<Film> {
  const [y, x] = [Math.round(high * film.height), Math.round(wide * film.width)];
  return filmOf(open(film).extend({ top: y, bottom: y, left: x, right: x, background: '#000' }));
}

function croppedAtOneEnd(film: Film, share: number, name: string): Promise<Film> {
  const end = Math.floor(4 * hashUniform('crop end', name));
  const [left = 0, right = 0, top = 0, bottom = 0] = [0, 1, 2, 3].map((i) => (i === end ? share : 0));
  return cropped(film, left, right, top, bottom);
}

function open({ pixels, width, height }: Film): Sharp {
  return sharp(pixels, { raw: { width, height, channels: 1 } });
}

async function filmOf(image: Sharp): Promise<Film> {
  const { data, info } = await image.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

async function asJpeg(film: Film, quality: number): Promise<Film> {
  return readFilm(await open(film).jpeg({ quality }).toBuffer());
}

function mapped(film: Film, change: (value: number) => number): Film {
  return {
    ...film,
    pixels: film.pixels.map((value) => Math.max(0, Math.min(255, Math.round(change(value))))),
  };
}

function cropped(film: Film, left: number, right: number, top: number, bottom: number): Promise<Film> {
  const [x, y] = [Math.round(left * film.width), Math.round(top * film.height)];
  const width = film.width - x - Math.round(right * film.width);
  const height = film.height - y - Math.round(bottom * film.height);
  return filmOf(open(film).extract({ left: x, top: y, width, height }));
}

function percentile({ pixels }: Film, share: number): number {
  const sorted = pixels.toSorted();
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}
