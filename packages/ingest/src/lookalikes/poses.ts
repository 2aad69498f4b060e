import { type Range, sampled } from '../phash/grey-image.ts';
import { INNER, MARGIN } from '../phash/phash.ts';
import { EDGE, type Relief } from '../phash/relief.ts';

/** How one film may show another: the part of its relief, as shares of the edge, that shows the other's hashed part. */
export interface Pose {
  readonly x: Range;
  readonly y: Range;
  /** by which the relief is turned first, counterclockwise as it is seen */
  readonly degrees: number;
  /** whether left and right change places before that */
  readonly mirrored: boolean;
}

/** Shares that a crop may take off one end. */
const CUTS = [0, 0.03, 0.06, 0.09, 0.12, 0.15];

const parts = (part: (before: number, left: number) => Range): readonly Range[] =>
  CUTS.flatMap((before) => CUTS.map((after) => part(before, 1 - before - after)));

/** Where the other film's hashed part lies along a side of this film, where this one is a crop of it. */
export const CROP_PARTS = parts((before, left) => ({
  start: (MARGIN - before) / left,
  size: INNER.size / left,
}));

/** The same where the other film is a crop of this one. */
export const CROPPED_PARTS = parts((before, left) => ({
  start: before + MARGIN * left,
  size: INNER.size * left,
}));

export const AS_IT_IS: Pose = { x: INNER, y: INNER, degrees: 0, mirrored: false };

/** The whole film as it is, mirrored, or turned a little. */
export const WHOLE_POSES: readonly Pose[] = [
  AS_IT_IS,
  { ...AS_IT_IS, mirrored: true },
  ...[-3, -1.5, 1.5, 3].map((degrees) => ({ ...AS_IT_IS, degrees })),
];

/** x' = a x + b y + c, y' = d x + e y + f; pixels of a relief, from its centre. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Where this film shows each pixel of the other's relief. */
export function affineOf({ x, y, degrees, mirrored }: Pose): Affine {
  const [sx, sy] = [x.size / INNER.size, y.size / INNER.size];
  const shift = ({ start, size }: Range) => EDGE * (start + size / 2 - 0.5);
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const [tx, ty] = [shift(x), shift(y)];
  const flip = mirrored ? -1 : 1;
  return [
    flip * cos * sx,
    -flip * sin * sy,
    flip * (cos * tx - sin * ty),
    sin * sx,
    cos * sy,
    sin * tx + cos * ty,
  ];
}

/** A relief as it is seen through a map; what lies outside takes the nearest value. */
export function transformed(relief: Relief, [a, b, c, d, e, f]: Affine): Relief {
  const centre = (EDGE - 1) / 2;
  return relief.map((_, i) => {
    const [x, y] = [(i % EDGE) - centre, Math.floor(i / EDGE) - centre];
    return sampled(relief, EDGE, a * x + b * y + c + centre, d * x + e * y + f + centre);
  });
}
