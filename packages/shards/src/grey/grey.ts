/** An image as 8-bit grey, row by row. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  /** where it was taken from a larger image, and how */
  readonly thinned?: Thinned;
}

/** Whether nothing can be seen: every pixel has one grey. */
export function isConstant(pixels: Uint8Array): boolean {
  return pixels.every((value) => value === pixels[0]);
}

/** A larger image of which every `step`th pixel of every `step`th row was kept, the first one among them. */
export interface Thinned {
  readonly width: number;
  readonly height: number;
  readonly step: number;
}
