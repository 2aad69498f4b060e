/**
 * Numbers in [0, 1) from whole-number seeds: Doty-Humphrey's sfc32 (PractRand), 32 bits each. Other seeds give another
 * stream; the same seeds give the same one.
 */
export function uniforms(...seeds: readonly number[]): () => number {
  let [a, b, c] = [0x9e3779b9, 0x243f6a88, 0xb7e15162];
  let counter = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return t >>> 0;
  };
  for (const seed of seeds) {
    a ^= seed | 0;
    for (let round = 0; round < 15; round++) next();
  }
  return () => next() / 2 ** 32;
}

/** Standard normal numbers from uniform ones (Box and Muller). */
export function normals(uniform: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
