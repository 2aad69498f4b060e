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
  '5 % of each side cropped': (film, name) => {
    const [x, y] = [hashUniform('crop x', name), hashUniform('crop y', name)];
    return cropped(film, 0.05 * x, 0.05 * (1 - x), 0.05 * y, 0.05 * (1 - y));
  },
  '5 % cropped at one end': (film, name) => {
    const end = Math.floor(4 * hashUniform('crop end', name));
    const [left = 0, right = 0, top = 0, bottom = 0] = [0, 1, 2, 3].map((i) => (i === end ? 0.05 : 0));
    return cropped(film, left, right, top, bottom);
  },
  '5 % cropped at every end': (film) => cropped(film, 0.05, 0.05, 0.05, 0.05),
};

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
