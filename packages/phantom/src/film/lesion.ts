import type { Finding } from '@viewgap/contracts';
import { type Lattice, lattice, mix } from './lattice.ts';

/** A finding as drawn on a film, in coordinates of the anatomy: 0, 0 is the middle of the chest, v points down. */
export interface Lesion {
  readonly finding: Finding;
  /** -1: the patient's right, which is left on the film */
  readonly side: -1 | 1;
  /** distance from the middle, and height, of its centre */
  readonly lateral: number;
  readonly v: number;
  readonly radius: number;
  /** how much denser, or thinner, than what was there */
  readonly strength: number;
  readonly texture: Lattice;
}

type Range = readonly [number, number];

/** Where each finding lies, how large it is and how strong, on a scale on which the lung is 0.4 darker than the heart. */
const LIKELY: Readonly<
  Record<Finding, { lateral: Range; v: Range; radius: Range; strength: Range; knots: number }>
> = {
  CSN: { lateral: [0.3, 0.55], v: [-0.35, 0.25], radius: [0.2, 0.34], strength: [0.22, 0.4], knots: 30 },
  PTX: { lateral: [0.42, 0.42], v: [-0.25, -0.1], radius: [0.14, 0.34], strength: [0.1, 0.2], knots: 2 },
  NDL: { lateral: [0.24, 0.6], v: [-0.5, 0.15], radius: [0.06, 0.13], strength: [0.24, 0.42], knots: 2 },
  FIB: { lateral: [0.42, 0.42], v: [0.1, 0.3], radius: [0.4, 0.7], strength: [0.2, 0.4], knots: 56 },
  PEF: { lateral: [0.5, 0.5], v: [0.3, 0.4], radius: [0.14, 0.42], strength: [0.75, 0.95], knots: 2 },
};

/** A finding as chance makes it. */
export function lesionOf(finding: Finding, random: () => number): Lesion {
  const { knots, ...ranges } = LIKELY[finding];
  const between = ([low, high]: Range) => mix(low, high, random());
  return {
    finding,
    side: random() < 0.5 ? -1 : 1,
    lateral: between(ranges.lateral),
    v: between(ranges.v),
    radius: between(ranges.radius),
    strength: between(ranges.strength),
    texture: lattice(random, knots),
  };
}

/** The ellipse that a reader would draw around it: centre and half axes in the anatomy's lengths. */
export function outlineOf({ finding, side, lateral, v, radius }: Lesion): {
  readonly u: number;
  readonly v: number;
  readonly across: number;
  readonly down: number;
} {
  switch (finding) {
    case 'PTX':
      return { u: side * 0.4, v: -0.22, across: 0.34, down: 0.5 };
    case 'PEF':
      return { u: side * 0.5, v: 0.48 - radius / 2, across: 0.24, down: 0.05 + radius / 2 };
    case 'FIB':
      return { u: side * 0.45, v: 0.15, across: 0.25, down: 0.25 };
    default:
      return { u: side * lateral, v, across: radius, down: radius };
  }
}
