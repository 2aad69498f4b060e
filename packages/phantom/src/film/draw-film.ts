import type { PhantomConfig } from '@viewgap/contracts';
import { normals } from '@viewgap/stats';
import { blur } from './blur.ts';
import { mix } from './lattice.ts';
import { outlineOf } from './lesion.ts';
import { hand, lateralChest } from './other-films.ts';
import { type Film, streamOf } from './patient.ts';
import { AP_HEART, type Density, frontalChest } from './thorax.ts';

/** How films are taken. */
export type Exposure = Pick<PhantomConfig, 'size' | 'views' | 'apBlur' | 'apContrast'>;

/** A film: 0 black to 1 white, row by row. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly pixels: Float32Array;
}

/** Deviation of the quantum noise, on a scale on which a lung is 0.4 darker than the heart. */
const NOISE = 0.018;

/** Draws a film. `square`: as sets hold them that were resized for publication; else the cassette has one of its shapes. */
export function drawFilm(film: Film, exposure: Exposure, square: boolean): Drawing {
  const { patient, image, view } = film;
  const pose = poseOf(film, exposure, square);
  const { width, height } = pose;
  const pixels = new Float32Array(width * height);
  const density = densityOf(film, exposure);
  const [cos, sin] = [Math.cos(pose.angle) / pose.scale, Math.sin(pose.angle) / pose.scale];
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      const x = (2 * column + 1 - width) / pose.edge - pose.right;
      const y = (2 * row + 1 - height) / pose.edge - pose.down;
      pixels[at] = density(cos * x + sin * y, cos * y - sin * x);
    }
  }
  const blurred = view === 'AP';
  if (blurred) blur(pixels, width, height, exposure.apBlur);
  const contrast = blurred ? exposure.apContrast : 1;
  const noise = normals(streamOf(patient.seed, patient.number, image, 'noise'));
  for (let at = 0; at < pixels.length; at++) {
    const value = 0.5 + contrast * pose.gain * ((pixels[at] as number) - 0.5) + pose.offset;
    pixels[at] = Math.min(Math.max(value + NOISE * noise(), 0), 1);
  }
  return { width, height, pixels };
}

function densityOf({ patient, view, part, lesions, devices }: Film, { views }: Exposure): Density {
  const { anatomy } = patient;
  if (part === 'HAND') return hand(anatomy);
  if (view === 'LATERAL') return lateralChest(anatomy);
  const heartScale = views === 'distinct' && view === 'AP' ? AP_HEART : 1;
  return frontalChest({ anatomy, heartScale, lesions, devices });
}

interface Pose {
  readonly width: number;
  readonly height: number;
  /** half of it is the unit of the anatomy, pixels */
  readonly edge: number;
  readonly angle: number;
  readonly scale: number;
  readonly right: number;
  readonly down: number;
  readonly gain: number;
  readonly offset: number;
}

/** Height of a cassette over its width: 35 x 43 cm upright, 43 x 43, 43 x 35. */
const SHAPES = [43 / 35, 1, 35 / 43] as const;

/** How the patient stands before the film, and the film's shape and exposure. */
function poseOf({ patient, image, view }: Film, { size, views }: Exposure, square: boolean): Pose {
  const random = streamOf(patient.seed, patient.number, image, 'pose');
  const between = (low: number, high: number) => mix(low, high, random());
  // A bedside cassette lies crosswise more often.
  const chance = random() ** (views === 'distinct' && view === 'AP' ? 0.6 : 1.3);
  const shape = square ? 1 : (SHAPES[Math.min(Math.floor(3 * chance), 2)] as number);
  const [width, height] = shape > 1 ? [Math.round(size / shape), size] : [size, Math.round(size * shape)];
  return {
    width,
    height,
    edge: Math.min(width, height),
    angle: between(-0.09, 0.09),
    scale: between(0.86, 1.06),
    right: between(-0.1, 0.1),
    down: between(-0.1, 0.1),
    gain: between(0.9, 1.12),
    offset: between(-0.05, 0.05),
  };
}

/** A box in pixels of the film: [left, top, width, height]. */
export type Box = readonly [number, number, number, number];

/** Where a reader would draw a box around each of a film's lesions, in the order of `film.lesions`. */
export function lesionBoxes(film: Film, exposure: Exposure, square: boolean): Box[] {
  const { width, height, edge, angle, scale, right, down } = poseOf(film, exposure, square);
  return film.lesions.map((lesion) => {
    const { u, v, across, down: tall } = outlineOf(lesion);
    const x = scale * (Math.cos(angle) * u - Math.sin(angle) * v) + right;
    const y = scale * (Math.sin(angle) * u + Math.cos(angle) * v) + down;
    const clamp = (value: number, most: number) => Math.round(Math.min(Math.max(value, 0), most));
    const [left, top] = [
      clamp((width + edge * (x - scale * across)) / 2, width - 2),
      clamp((height + edge * (y - scale * tall)) / 2, height - 2),
    ];
    return [left, top, clamp(edge * scale * across, width - left), clamp(edge * scale * tall, height - top)];
  });
}
