/** An image as 8-bit grey, row by row. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  /** where it was taken from a larger image, and how */
  readonly thinned?: Thinned;
}

/** A larger image of which every `step`th pixel of every `step`th row was kept, the first one among them. */
export interface Thinned {
  readonly width: number;
  readonly height: number;
  readonly step: number;
}
