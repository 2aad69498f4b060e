/** Smooth random ground: values at the knots of a square lattice, and between them by their distance. */
export interface Lattice {
  /** 0 to 1 at (u, v), which repeats beyond -1.5 to 1.5 */
  at(u: number, v: number): number;
}

/** @param knots how many a side: the larger, the finer the ground */
export function lattice(random: () => number, knots: number): Lattice {
  const values = Float32Array.from({ length: knots * knots }, random);
  const wrap = (index: number) => ((index % knots) + knots) % knots;
  return {
    at(u, v) {
      // A film asks this a hundred thousand times: nothing is allocated here.
      const x = ((u + 1.5) / 3) * knots;
      const y = ((v + 1.5) / 3) * knots;
      const column = Math.floor(x);
      const row = Math.floor(y);
      const across = ease(x - column);
      const left = wrap(column);
      const right = wrap(column + 1);
      const upper = wrap(row) * knots;
      const lower = wrap(row + 1) * knots;
      const top = mix(values[upper + left] as number, values[upper + right] as number, across);
      const bottom = mix(values[lower + left] as number, values[lower + right] as number, across);
      return mix(top, bottom, ease(y - row));
    },
  };
}

/** Math.hypot takes ten times as long. */
export function distance(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

export function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

/** 0 below 0, 1 above 1, smooth between. */
export function ease(x: number): number {
  const t = Math.min(Math.max(x, 0), 1);
  return t * t * (3 - 2 * t);
}

/** A soft step at 0: 0 well below, 1 well above, with an edge of the given width. */
export function edge(from: number, width: number): number {
  return ease(from / width / 2 + 0.5);
}

/** A soft ridge at 0. */
export function ridge(from: number, width: number): number {
  const t = from / width;
  return t > 3 || t < -3 ? 0 : Math.exp(-t * t);
}
