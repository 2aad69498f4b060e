import type { Anatomy } from './anatomy.ts';
import { distance, ease, edge, mix, ridge } from './lattice.ts';
import type { Density } from './thorax.ts';

/** A chest from the side: sternum on the left of the film, spine on its right. */
export function lateralChest({ thickness, vessels, diaphragm, ribSpacing }: Anatomy): Density {
  return (u, v) => {
    const body = edge(0.72 - Math.abs(u) - 0.1 * ease(-v), 0.06);
    if (body === 0) return 0;
    const lung =
      edge(1 - distance((u + 0.02) / 0.58, (v + 0.02) / 0.78), 0.08) * edge(diaphragm - 0.25 * u - v, 0.04);
    const spine =
      0.22 * ridge(u - 0.5 + 0.12 * v * v, 0.1) * (0.8 + 0.2 * Math.cos((2 * Math.PI * v) / 0.17));
    const heart = edge(1 - distance((u + 0.26) / 0.28, (v - 0.24) / 0.24), 0.2);
    const ribs = 0.05 * Math.max(0, Math.cos((2 * Math.PI * (v - 0.5 * u)) / ribSpacing)) ** 3;
    const density = thickness + 0.1 - 0.4 * lung + ribs + lung * 0.1 * ridge(vessels.at(u, v) - 0.5, 0.15);
    return body * (mix(density, 0.78, 0.85 * heart) + spine);
  };
}

/** No chest at all: a hand. */
export function hand({ thickness, tissue }: Anatomy): Density {
  return (u, v) => {
    const palm = edge(1 - distance(u / 0.42, (v - 0.35) / 0.4), 0.1);
    let flesh = palm;
    let bone = 0;
    for (let finger = 0; finger < 5; finger++) {
      const middle = (finger - 2) * 0.2 * (1 + 0.3 * -v);
      const tip = -0.85 + 0.12 * (finger - 1.6) * (finger - 1.6);
      const along = edge(v - tip, 0.05) * edge(0.55 - v, 0.1);
      flesh = Math.max(flesh, along * edge(0.085 - Math.abs(u - middle), 0.03));
      bone = Math.max(bone, along * edge(0.04 - Math.abs(u - middle), 0.02) * (0.7 + 0.3 * Math.cos(v * 18)));
    }
    return 0.5 * thickness * flesh + 0.4 * bone + 0.08 * flesh * tissue.at(u, v);
  };
}
