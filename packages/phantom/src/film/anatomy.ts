import { type Lattice, lattice, mix } from './lattice.ts';

/** What a patient's chest looks like on all of his or her films. Lengths are shares of half the film's shorter edge. */
export interface Anatomy {
  /** of the body's width to that of the mean */
  readonly width: number;
  readonly lungHeight: number;
  /** half of the heart's width, on a PA film */
  readonly heart: number;
  /** where the domes of the diaphragm stand; the right one is higher */
  readonly diaphragm: number;
  readonly ribSpacing: number;
  readonly ribPhase: number;
  readonly ribSlope: number;
  readonly thickness: number;
  readonly vessels: Lattice;
  readonly tissue: Lattice;
  /** fine structure of the whole body: what tells one patient's films from another's, as real films are told apart */
  readonly grain: Lattice;
}

export function anatomyOf(random: () => number): Anatomy {
  const between = (low: number, high: number) => mix(low, high, random());
  return {
    width: between(0.8, 1.08),
    lungHeight: between(0.5, 0.76),
    heart: between(0.2, 0.31),
    diaphragm: between(0.28, 0.54),
    ribSpacing: between(0.1, 0.16),
    ribPhase: random(),
    ribSlope: between(0.1, 0.42),
    thickness: between(0.46, 0.64),
    vessels: lattice(random, 26),
    tissue: lattice(random, 6),
    grain: lattice(random, 42),
  };
}

/** Above it a report speaks of cardiomegaly. */
export const LARGE_HEART = 0.29;
