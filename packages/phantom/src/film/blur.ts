/** Gaussian blur of an image, row by row and column by column; its edges are continued. In place. */
export function blur(pixels: Float32Array, width: number, height: number, sigma: number): void {
  if (sigma <= 0) return;
  const kernel = gaussian(sigma);
  convolveLines(pixels, { count: height, length: width, step: 1, stride: width }, kernel);
  convolveLines(pixels, { count: width, length: height, step: width, stride: 1 }, kernel);
}

/** The middle and one half: weights of 0, 1, 2, ... pixels away. */
function gaussian(sigma: number): Float32Array {
  const half = Float32Array.from({ length: Math.ceil(3 * sigma) + 1 }, (_, i) =>
    Math.exp(-(i * i) / (2 * sigma * sigma)),
  );
  const sum = half.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0);
  return half.map((weight) => weight / sum);
}

interface Lines {
  readonly count: number;
  readonly length: number;
  /** from one pixel of a line to the next */
  readonly step: number;
  /** from one line to the next */
  readonly stride: number;
}

function convolveLines(
  pixels: Float32Array,
  { count, length, step, stride }: Lines,
  kernel: Float32Array,
): void {
  const reach = kernel.length - 1;
  const line = new Float32Array(length + 2 * reach);
  for (let l = 0; l < count; l++) {
    const start = l * stride;
    for (let i = 0; i < line.length; i++) {
      const at = Math.min(Math.max(i - reach, 0), length - 1);
      line[i] = pixels[start + at * step] as number;
    }
    for (let i = 0; i < length; i++) {
      let sum = (kernel[0] as number) * (line[i + reach] as number);
      for (let k = 1; k <= reach; k++) {
        sum += (kernel[k] as number) * ((line[i + reach - k] as number) + (line[i + reach + k] as number));
      }
      pixels[start + i * step] = sum;
    }
  }
}
