/** Kinds of shapes, each a label of its own. */
export const KINDS = ['disc', 'ring', 'row', 'column'] as const;
export const EDGE = 32;

/** Images in bytes, [count, 32, 32, 1], and their labels, [count, 4], 0 or 1. */
export interface Shapes {
  readonly count: number;
  readonly images: Uint8Array;
  readonly labels: Float32Array;
}

/** A seeded generator of 0 <= u < 1: mulberry32. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Noise in which each kind of shape lies with probability one half, anywhere, and anything from invisible to plain: some
 * can be told by nobody, so that the best AUROC is well below 1.
 */
export function drawShapes(count: number, seed: number): Shapes {
  const uniform = random(seed);
  const images = new Uint8Array(count * EDGE * EDGE);
  const labels = new Float32Array(count * KINDS.length);
  const brightness = new Float64Array(EDGE * EDGE);
  for (let image = 0; image < count; image++) {
    for (let pixel = 0; pixel < brightness.length; pixel++) brightness[pixel] = 80 + 40 * uniform();
    KINDS.forEach((kind, label) => {
      if (uniform() < 0.5) return;
      labels[image * KINDS.length + label] = 1;
      const [x, y] = [4 + 24 * uniform(), 4 + 24 * uniform()];
      const contrast = 120 * uniform();
      for (let pixel = 0; pixel < brightness.length; pixel++) {
        const covered = isCovered(kind, (pixel % EDGE) - x, Math.floor(pixel / EDGE) - y);
        if (covered) brightness[pixel] = (brightness[pixel] as number) + contrast;
      }
    });
    images.set(brightness, image * brightness.length);
  }
  return { count, images, labels };
}

function isCovered(kind: (typeof KINDS)[number], dx: number, dy: number): boolean {
  const distance = Math.hypot(dx, dy);
  switch (kind) {
    case 'disc':
      return distance < 3;
    case 'ring':
      return distance > 3 && distance < 4.3;
    case 'row':
      return Math.abs(dx) < 7 && Math.abs(dy) < 1;
    case 'column':
      return Math.abs(dy) < 7 && Math.abs(dx) < 1;
  }
}
