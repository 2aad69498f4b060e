/** Pixels that the percentiles are taken over: 4,000 would cost a film of 256 pixels 3 % of its time. */
const SAMPLE = 1000;

/**
 * A film of a smaller range is of low contrast. Of 1,916 real films none is below 101; one that is read as two bits deeper
 * than it is has 63 at most (see docs/benchmarks/ingest.md).
 */
export const LEAST_RANGE = 64;

/** Whether a person should look at a film, by its grey range. */
export function isLowContrast(range: number): boolean {
  return range < LEAST_RANGE;
}

/**
 * What of the 255 steps from black to white an image uses: the difference between the 99th and the 1st percentile of its
 * greys, over a grid of some 1,000 pixels.
 */
export function greyRange({
  pixels,
  width,
}: {
  readonly pixels: Uint8Array;
  readonly width: number;
}): number {
  const counts = new Uint32Array(256);
  const step = Math.max(1, Math.floor(Math.sqrt(pixels.length / SAMPLE)));
  let count = 0;
  for (let row = 0; row < pixels.length; row += step * width) {
    for (let x = 0; x < width; x += step, count++) {
      const grey = pixels[row + x] as number;
      counts[grey] = (counts[grey] as number) + 1;
    }
  }
  return percentile(counts, 0.99 * count) - percentile(counts, 0.01 * count);
}

/** The first grey at which more than `below` pixels are counted. */
function percentile(counts: Uint32Array, below: number): number {
  let [sum, grey] = [0, -1];
  while (grey < counts.length - 1 && sum <= below) sum += counts[++grey] as number;
  return grey;
}
