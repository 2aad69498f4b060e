import { sha256 } from '@viewgap/artifacts';
import type { Film } from '../film/patient.ts';

/** Hexadecimal digits that name a film, or something of it, and nothing else. */
export function digitsOf(film: Film, what: string): string {
  return sha256(
    `${what} ${film.patient.seed} ${film.patient.number} ${film.image} ${film.view} ${film.part}`,
  );
}

/** A unique identifier of DICOM made of a 128-bit number (PS3.5 B.2). */
export function uidOf(film: Film, what: 'instance' | 'study' | 'series'): string {
  return `2.25.${BigInt(`0x${digitsOf(what === 'study' ? { ...film, view: 'PA' } : film, what).slice(0, 32)}`)}`;
}

/** A random identifier as Kaggle and MIMIC write it: groups of hexadecimal digits. */
export function groupedDigits(film: Film, groups: readonly number[]): string {
  const digits = digitsOf(film, 'name');
  const ends = groups.map((_, i) => groups.slice(0, i + 1).reduce((sum, length) => sum + length, 0));
  return ends.map((end, i) => digits.slice(end - (groups[i] as number), end)).join('-');
}

/** A number of at least `digits` digits, zeros in front. */
export function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}
