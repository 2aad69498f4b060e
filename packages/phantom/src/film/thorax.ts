import type { Anatomy } from './anatomy.ts';
import { distance, ease, edge, mix, ridge } from './lattice.ts';
import type { Lesion } from './lesion.ts';

/** How much of the beam is absorbed at a place of the film: 0 nothing (black), 1 everything (white). */
export type Density = (u: number, v: number) => number;

const HEART_DENSITY = 0.8;
const ABDOMEN_DENSITY = 0.76;
const LUNG_AIR = 0.36;
/** On an AP film the heart is nearer to the tube: its shadow is wider by so much. */
export const AP_HEART = 1.16;

export interface Chest {
  readonly anatomy: Anatomy;
  /** of the heart's width to that on a PA film */
  readonly heartScale: number;
  readonly lesions: readonly Lesion[];
  readonly devices: boolean;
}

/**
 * A frontal film of a chest: body, lungs with their vessels, ribs, clavicles, spine, heart, diaphragm, and what is
 * wrong with it. u runs from the patient's right, -1, to the left, 1; v downwards.
 */
export function frontalChest(chest: Chest): Density {
  const { anatomy, lesions } = chest;
  const ofKind = (finding: Lesion['finding']) => lesions.filter((lesion) => lesion.finding === finding);
  const [nodules, consolidations] = [ofKind('NDL'), ofKind('CSN')];
  const [effusion, pneumothorax, fibrosis] = [ofKind('PEF')[0], ofKind('PTX')[0], ofKind('FIB')[0]];
  return (u, v) => {
    const inside = bodyAt(anatomy, u, v);
    if (inside === 0) return 0;
    const side = u < 0 ? -1 : 1;
    const lateral = Math.abs(u);
    const depth = lungDepth(anatomy, lateral, v);
    const aboveDiaphragm = edge(domeAt(anatomy, side, lateral) - v, 0.03);
    const chestWall = edge(depth, 0.08);
    const lung = chestWall * aboveDiaphragm;
    const collapse = pneumothorax?.side === side ? rimOf(pneumothorax, depth, v) : null;

    let density = anatomy.thickness + 0.26 * (anatomy.tissue.at(u, v) - 0.5);
    const grain = 0.2 * (anatomy.grain.at(u, v) - 0.5);
    density = mix(density, ABDOMEN_DENSITY, 0.85 * ease((v - 0.1) / 0.25) * (1 - aboveDiaphragm));
    density += bonesAt(anatomy, lateral, v) * (0.4 + 0.6 * lung);
    if (lung > 0) {
      let air = -LUNG_AIR + vesselsAt(anatomy, u, lateral, v) * (1 - (collapse?.free ?? 0));
      if (collapse) air += collapse.line - collapse.free * (pneumothorax as Lesion).strength;
      for (const nodule of nodules) air += noduleAt(nodule, u, v);
      for (const patch of consolidations) air += patchAt(patch, u, v);
      if (fibrosis) air += netAt(fibrosis, u, v, depth);
      density += lung * air;
    }
    if (effusion?.side === side) {
      density = mix(
        density,
        ABDOMEN_DENSITY,
        lung * effusion.strength * fluidAt(anatomy, effusion, side, lateral, v),
      );
    }
    density = mix(density, HEART_DENSITY, 0.92 * middleAt(chest, u, lateral, v));
    density += grain;
    if (chest.devices) density += catheterAt(u, v);
    return density * inside;
  };
}

/** Shoulders below, a neck above. */
function bodyAt({ width }: Anatomy, u: number, v: number): number {
  const shoulder = ease((v + 1) / 0.42);
  const half = width * mix(0.3, 0.97, shoulder) - 0.06 * ease(v);
  return edge(half - Math.abs(u), 0.1);
}

/** How deep in a lung a place lies: 1 in its core, 0 at the chest wall, negative outside. */
function lungDepth({ width, lungHeight }: Anatomy, lateral: number, v: number): number {
  const towardsApex = ease(-(v + 0.05) / 0.75);
  const centre = width * (0.41 - 0.12 * towardsApex);
  const across = (lateral - centre) / (width * (0.31 - 0.06 * towardsApex));
  // Below, the diaphragm cuts it off while it is still wide.
  const down = (v + 0.06) / (v < -0.06 ? lungHeight : 0.95);
  return 1 - Math.sqrt(across * across + down * down * Math.abs(down));
}

/** Where the diaphragm stands at a distance from the middle: a dome that falls to a sharp angle at the chest wall. */
function domeAt({ diaphragm, width }: Anatomy, side: -1 | 1, lateral: number): number {
  const fromTop = (lateral / width - 0.38) / 0.32;
  return diaphragm - (side < 0 ? 0.06 : 0) + 0.14 * fromTop * fromTop;
}

/** Ribs behind and in front, clavicles. */
function bonesAt({ width, ribSpacing, ribPhase, ribSlope }: Anatomy, lateral: number, v: number): number {
  const cage = edge(0.78 * width - lateral, 0.08) * edge(lateral - 0.1, 0.06) * edge(0.55 - v, 0.2);
  const clavicle = lateral > 0.06 && lateral < 0.75 ? 0.12 * ridge(v + 0.62 + 0.2 * lateral, 0.03) : 0;
  if (cage === 0) return clavicle;
  const behind = Math.cos(
    2 * Math.PI * ((v - ribSlope * lateral * Math.sqrt(lateral)) / ribSpacing + ribPhase),
  );
  const before = Math.cos(2 * Math.PI * ((v + 0.45 * lateral) / (1.15 * ribSpacing) + 2 * ribPhase));
  return cage * (0.085 * peak(behind) + 0.04 * peak(before)) + clavicle;
}

function peak(cosine: number): number {
  const t = Math.max(cosine, 0);
  return t * t * t;
}

/** Vessels that grow out of the hilum and thin out. */
function vesselsAt({ vessels }: Anatomy, u: number, lateral: number, v: number): number {
  const away = distance(lateral - 0.16, 0.8 * (v + 0.02));
  const branches = ridge(vessels.at(u, 0.7 * v) - 0.5, 0.12);
  return (0.05 + 0.2 * Math.exp(-away / 0.22)) * branches;
}

/** Heart, great vessels and spine. */
function middleAt({ anatomy, heartScale }: Chest, u: number, lateral: number, v: number): number {
  const vessels =
    edge(0.11 * heartScale + 0.05 * ease((v + 0.3) / 0.5) - lateral, 0.06) * ease((v + 1.05) / 0.2);
  const half = anatomy.heart * heartScale;
  const heart = edge(1 - distance((u - 0.3 * half - 0.02) / half, (v - 0.22) / 0.3), 0.14);
  const spine = 0.35 * edge(0.07 - lateral, 0.06);
  return Math.min(Math.max(heart, 0.85 * vessels) + 0.2 * spine, 1);
}

/** Fluid: its surface rises to the chest wall and blunts the angle of the diaphragm. */
function fluidAt(anatomy: Anatomy, { radius }: Lesion, side: -1 | 1, lateral: number, v: number): number {
  const floor = anatomy.diaphragm - (side < 0 ? 0.06 : 0) + 0.12;
  const rise = ease((lateral - 0.2) / 0.5);
  return edge(v - (floor - radius * mix(0.55, 1.25, rise * rise)), 0.05);
}

/** Air outside of the lung: no vessels in it, and the lung's own edge as a thin line. */
function rimOf(
  { radius }: Lesion,
  depth: number,
  v: number,
): { readonly free: number; readonly line: number } {
  const upper = edge(0.25 - v, 0.3);
  const rim = radius * (0.75 + 0.6 * ease(-v / 0.6));
  return {
    free: edge(rim - depth, 0.03) * edge(depth + 0.02, 0.03) * upper,
    line: 0.16 * ridge(depth - rim, 0.035) * upper,
  };
}

function noduleAt({ side, lateral, v: at, radius, strength }: Lesion, u: number, v: number): number {
  return strength * edge(1 - distance(u - side * lateral, v - at) / radius, 0.3);
}

/** Patchy and without a sharp border. */
function patchAt({ side, lateral, v: at, radius, strength, texture }: Lesion, u: number, v: number): number {
  const away = distance(u - side * lateral, 0.9 * (v - at)) / radius;
  return strength * ease(1.6 * (1 - away)) * (0.45 + 0.9 * ease(2 * texture.at(u, v) - 0.4));
}

/** A net of fine lines, denser towards the base and the chest wall, on both sides. */
function netAt({ radius, strength, texture }: Lesion, u: number, v: number, depth: number): number {
  const where = ease((v + radius) / 0.8) * (0.35 + 0.65 * ease(1 - 1.3 * depth));
  return strength * where * (ridge(texture.at(u, v) - 0.5, 0.09) + 0.15);
}

/** A venous catheter from the patient's right shoulder down to the heart. */
function catheterAt(u: number, v: number): number {
  if (v < -0.72 || v > 0.02) return 0;
  const along = (0.02 - v) / 0.74;
  return 0.16 * ridge(u + 0.07 + 0.42 * along * along * along, 0.014);
}
