import type { DefaultFinding } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { phantomOf } from '../../test/testing.ts';
import { type Drawing, drawFilm, lesionBoxes } from './draw-film.ts';
import { filmSet } from './film-set.ts';
import { lesionOf } from './lesion.ts';
import { type Film, filmOf, patientOf, streamOf } from './patient.ts';

const EXPOSURE = { size: 96, views: 'distinct', apBlur: 0, apContrast: 1 } as const;
const ALIKE = { ...EXPOSURE, views: 'alike' } as const;

/** A healthy film of a patient. */
function healthy(number: number, view: 'AP' | 'PA', views: 'distinct' | 'alike' = 'distinct'): Film {
  return { ...filmOf(patientOf(1, number), 0, view, views), lesions: [], devices: false, uncertain: null };
}

function withFinding(film: Film, finding: DefaultFinding): Film {
  return { ...film, lesions: [lesionOf(finding, streamOf(1, film.patient.number, 0, 'lesion'))] };
}

/** Mean of the pixels of a part: shares of the film's width and height. */
function mean({ width, height, pixels }: Drawing, left: number, right: number, top: number, bottom: number) {
  let [sum, count] = [0, 0];
  for (let y = Math.round(top * height); y < Math.round(bottom * height); y++)
    for (let x = Math.round(left * width); x < Math.round(right * width); x++, count++)
      sum += pixels[y * width + x] as number;
  return sum / count;
}

/** Mean difference of neighbours in a row: what blur takes away. */
function sharpness({ pixels }: Drawing): number {
  let sum = 0;
  for (let i = 1; i < pixels.length; i++) sum += Math.abs((pixels[i] as number) - (pixels[i - 1] as number));
  return sum / pixels.length;
}

describe('films are a pure function of seed, patient and image', () => {
  test('a larger set begins with the films of a smaller one', () => {
    const [few, many] = [10, 40].map((images) => filmSet(phantomOf({ images, seed: 7 })).films);
    const drawings = (films: readonly Film[] = []) =>
      films.slice(0, 10).map((film) => drawFilm(film, EXPOSURE, true));
    expect(drawings(many)).toEqual(drawings(few));
    expect(many).toHaveLength(40);
  });

  test('a set that begins with a later patient shares the films of the patients that both have', () => {
    const whole = filmSet(phantomOf({ images: 60, seed: 7 })).films;
    const later = filmSet(phantomOf({ images: 5, seed: 7, firstPatient: 12 })).films;
    const from = whole.findIndex(({ patient }) => patient.number === 12);
    const name = ({ patient, image, view }: Film) => [patient.number, image, view];
    expect(later.map(name)).toEqual(whole.slice(from, from + 5).map(name));
  });

  test('another seed gives other films', () => {
    const first = (seed: number) => drawFilm(filmSet(phantomOf({ seed })).films[0] as Film, EXPOSURE, true);
    expect(first(1)).not.toEqual(first(2));
  });
});

test('patients have several films, and some of them films of both views', () => {
  const { films } = filmSet(phantomOf({ images: 400, seed: 2 }));
  const views = new Map<number, Set<string>>();
  for (const { patient, view } of films) {
    views.set(patient.number, (views.get(patient.number) ?? new Set()).add(view));
  }
  const both = [...views.values()].filter((one) => one.size === 2).length;
  expect(views.size).toBeLessThan(300);
  expect(both / views.size).toBeGreaterThan(0.08);
});

describe('a chest as a radiograph shows it', () => {
  const film = drawFilm(healthy(3, 'PA'), EXPOSURE, true);

  test('lungs and corners are dark, the heart and what lies below the diaphragm are bright', () => {
    const [right, left] = [mean(film, 0.24, 0.34, 0.35, 0.55), mean(film, 0.66, 0.76, 0.3, 0.45)];
    expect(mean(film, 0, 0.06, 0, 0.06)).toBeLessThan(0.1);
    expect(Math.max(right, left)).toBeLessThan(mean(film, 0.48, 0.56, 0.55, 0.65) - 0.2);
    expect(Math.max(right, left)).toBeLessThan(mean(film, 0.3, 0.7, 0.85, 0.95) - 0.2);
  });

  test.each([
    ['NDL', 'brighter'],
    ['CSN', 'brighter'],
    ['PEF', 'brighter'],
    ['PTX', 'darker'],
  ] as const)('%s: %s where a reader would draw the box, and nowhere else', (finding, change) => {
    for (const number of [1, 2, 3, 4]) {
      const base = healthy(number, 'PA');
      const ill = withFinding(base, finding);
      const [before, after] = [base, ill].map((one) => drawFilm(one, EXPOSURE, true)) as [Drawing, Drawing];
      const [left, top, width, height] = lesionBoxes(ill, EXPOSURE, true)[0] ?? [0, 0, 0, 0];
      let [inside, all, signed] = [0, 0, 0];
      for (let i = 0; i < after.pixels.length; i++) {
        const difference = (after.pixels[i] as number) - (before.pixels[i] as number);
        const [x, y] = [i % after.width, Math.floor(i / after.width)];
        const margin = 6;
        const isInside =
          x >= left - margin && x <= left + width + margin && y >= top - margin && y <= top + height + margin;
        all += Math.abs(difference);
        signed += difference;
        if (isInside) inside += Math.abs(difference);
      }
      expect(all).toBeGreaterThan(1);
      expect(inside / all, `patient ${number}`).toBeGreaterThan(0.85);
      expect(Math.sign(signed)).toBe(change === 'brighter' ? 1 : -1);
    }
  });

  test('FIB: a net of fine lines', () => {
    const base = healthy(2, 'PA');
    const net = drawFilm(withFinding(base, 'FIB'), { ...EXPOSURE, size: 256 }, true);
    expect(sharpness(net)).toBeGreaterThan(
      1.01 * sharpness(drawFilm(base, { ...EXPOSURE, size: 256 }, true)),
    );
  });
});

describe('AP against PA', () => {
  test('alike and without blur an AP film is its PA film, pixel by pixel', () => {
    for (let number = 0; number < 12; number++) {
      const patient = patientOf(4, number);
      const [ap, pa] = (['AP', 'PA'] as const).map((view) => filmOf(patient, 0, view, 'alike'));
      for (const square of [true, false]) {
        expect(drawFilm(ap as Film, ALIKE, square)).toEqual(drawFilm(pa as Film, ALIKE, square));
      }
    }
  });

  test('each step of blur takes more of an AP film, and nothing of a PA film', () => {
    const film = (view: 'AP' | 'PA', apBlur: number) =>
      drawFilm(healthy(5, view, 'alike'), { ...ALIKE, size: 256, apBlur }, true);
    const steps = [0, 1, 2, 4].map((blur) => sharpness(film('AP', blur)));
    expect([...steps].sort((a, b) => b - a)).toEqual(steps);
    expect(new Set(steps).size).toBe(4);
    expect(film('PA', 4)).toEqual(film('PA', 0));
  });

  test('distinct: the heart is wider', () => {
    const middle = (view: 'AP' | 'PA') =>
      mean(drawFilm(healthy(6, view), EXPOSURE, true), 0.2, 0.8, 0.55, 0.65);
    expect(middle('AP')).toBeGreaterThan(middle('PA'));
  });

  test('distinct: findings are more frequent; alike: as frequent in both', () => {
    const rate = (views: 'distinct' | 'alike', view: 'AP' | 'PA') => {
      const films = filmSet(phantomOf({ images: 2000, views })).films.filter((film) => film.view === view);
      return (
        films.filter(({ lesions }) => lesions.some(({ finding }) => finding === 'PEF')).length / films.length
      );
    };
    expect(rate('distinct', 'AP') / rate('distinct', 'PA')).toBeGreaterThan(1.25);
    expect(Math.abs(rate('alike', 'AP') / rate('alike', 'PA') - 1)).toBeLessThan(0.2);
  });
});
