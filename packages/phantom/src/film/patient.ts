import { FINDINGS, type Finding, type View } from '@viewgap/contracts';
import { uniforms } from '@viewgap/stats';
import { type Anatomy, anatomyOf, LARGE_HEART } from './anatomy.ts';
import { type Lesion, lesionOf } from './lesion.ts';

/** What a random number is drawn for: each purpose has its own stream, so that an extra draw changes no other. */
const PURPOSE = { patient: 1, film: 2, anatomy: 3, lesion: 4, pose: 5, noise: 6, reader: 7 } as const;

/** In place of an image's number: what all films of a patient share. */
const LIFELONG = -1;

/** Random numbers of one film, or of a patient, that depend on nothing but their names. */
export function streamOf(
  seed: number,
  patient: number,
  image: number,
  purpose: keyof typeof PURPOSE,
  detail = 0,
): () => number {
  return uniforms(seed, patient, image, PURPOSE[purpose], detail);
}

export type FilmView = Extract<View, 'AP' | 'PA' | 'LATERAL'>;

export interface Patient {
  readonly seed: number;
  /** unique within the seed */
  readonly number: number;
  readonly sex: 'F' | 'M';
  readonly birthYear: number;
  readonly anatomy: Anatomy;
  /** views of his or her films, in the order in which they were taken */
  readonly views: readonly ('AP' | 'PA')[];
}

/** A film that was taken, before anything is drawn. Every frontal film is a study of its own. */
export interface Film {
  readonly patient: Patient;
  /** from 0, unique within the patient */
  readonly image: number;
  readonly view: FilmView;
  /** YYYYMMDD */
  readonly date: string;
  readonly ageYears: number;
  readonly lesions: readonly Lesion[];
  /** the finding of which its report is not sure: it is drawn, and faintly */
  readonly uncertain: Finding | null;
  /** a catheter is drawn */
  readonly devices: boolean;
  readonly largeHeart: boolean;
  /** what stands on it: a hand is a wrong body part */
  readonly part: 'CHEST' | 'HAND';
}

/** How often a finding is on a PA film; on an AP film so much more often where the views are distinct. */
const PREVALENCE: Readonly<Record<Finding, number>> = {
  CSN: 0.17,
  PTX: 0.15,
  NDL: 0.18,
  FIB: 0.16,
  PEF: 0.2,
};
const SICKER = 1.5;
/** Findings that stay with a patient; the others come and go from film to film. */
const LASTING: readonly Finding[] = ['NDL', 'FIB'];
const UNCERTAIN = 0.08;

/** The patient of a number. */
export function patientOf(seed: number, number: number): Patient {
  const random = streamOf(seed, number, LIFELONG, 'patient');
  const sex = random() < 0.5 ? 'F' : 'M';
  const birthYear = 1925 + Math.floor(random() * 75);
  const count = 1 + Math.floor(random() * random() * 4.5);
  // A third of the patients with several films were filmed in both views.
  const habit = random();
  const views = Array.from({ length: count }, () => {
    const chance = random();
    if (habit < 0.4) return chance < 0.5 ? 'AP' : 'PA';
    return habit < 0.65 ? 'AP' : 'PA';
  });
  return {
    seed,
    number,
    sex,
    birthYear,
    anatomy: anatomyOf(streamOf(seed, number, LIFELONG, 'anatomy')),
    views,
  };
}

/** One film of a patient: a pure function of the seed, the patient, the image and the rule for views. */
export function filmOf(patient: Patient, image: number, view: FilmView, views: 'distinct' | 'alike'): Film {
  const { seed, number, birthYear, anatomy } = patient;
  const random = streamOf(seed, number, image, 'film');
  const sicker = views === 'distinct' && view === 'AP' ? SICKER : 1;
  const year = 2012 + (number % 5) + Math.floor(image / 2);
  const month = 1 + Math.floor(random() * 12);
  const day = 1 + Math.floor(random() * 28);
  const lesions = FINDINGS.flatMap((finding, i): Lesion[] => {
    const lasting = LASTING.includes(finding);
    const fate = streamOf(seed, number, lasting ? LIFELONG : image, 'lesion', i);
    const present = fate() < PREVALENCE[finding] * (lasting ? 1 : sicker);
    return present ? [lesionOf(finding, fate)] : [];
  });
  const doubt = random();
  const uncertain = doubt < UNCERTAIN ? (lesions[0]?.finding ?? null) : null;
  return {
    patient,
    image,
    view,
    date: `${year}${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}`,
    ageYears: year - birthYear,
    lesions: lesions.map((lesion) =>
      lesion.finding === uncertain ? { ...lesion, strength: lesion.strength / 2 } : lesion,
    ),
    uncertain,
    devices: random() < 0.12 * sicker,
    largeHeart: anatomy.heart > LARGE_HEART,
    part: 'CHEST',
  };
}

/** 1: it is on the film, 0: it is not, null: its report is not sure. */
export function stated(film: Film, finding: Finding): 1 | 0 | null {
  if (film.uncertain === finding) return null;
  return film.lesions.some((lesion) => lesion.finding === finding) ? 1 : 0;
}

/** Whether nothing at all would be reported. */
export function isNormal({ lesions, largeHeart }: Film): boolean {
  return lesions.length === 0 && !largeHeart;
}
