/** ITU-R BT.601: what each colour gives to the luminance. */
export const LUMINANCE = [0.299, 0.587, 0.114] as const;

/** How the samples of colour pixels lie. */
export interface ColourLayout {
  /** the largest sample */
  readonly white: number;
  /** from one pixel to the next */
  readonly step: number;
  /** from one colour to the next */
  readonly plane: number;
}

/** The luminance of RGB pixels as 8-bit grey. */
export function luminanceOf(
  samples: Uint8Array | Uint16Array,
  { white, step, plane }: ColourLayout,
): Uint8Array<ArrayBuffer> {
  const greys = new Uint8Array(samples.length / 3);
  const [red, green, blue] = LUMINANCE.map((weight) => (255 * weight) / white) as [number, number, number];
  for (let i = 0, at = 0; i < greys.length; i++, at += step) {
    const [a, b, c] = [samples[at], samples[at + plane], samples[at + 2 * plane]] as [number, number, number];
    // Rounded: what is stored loses its fraction.
    greys[i] = red * a + green * b + blue * c + 0.5;
  }
  return greys;
}
