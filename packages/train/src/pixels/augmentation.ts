import type { AugmentConfig } from '@viewgap/contracts';
import { hashUniforms } from '@viewgap/stats';

/** What is done to one image in one epoch. */
export interface Augmentation {
  /**
   * Projective transform from output to input pixels, as TensorFlow's ImageProjectiveTransform takes it:
   * [a0, a1, a2, b0, b1, b2, 0, 0].
   */
  readonly transform: readonly number[];
  /** factor about the middle grey */
  readonly contrast: number;
  /** added to the grey, in 0 … 1 */
  readonly brightness: number;
}

/**
 * Augmentation as a pure function of seed, epoch and image, so that every model sees the same.
 * @param size edge of the image, pixels
 */
export function augmentation(
  config: AugmentConfig,
  seed: number,
  epoch: number,
  imageId: string,
  size: number,
): Augmentation {
  const uniforms = hashUniforms(['augment', seed, epoch, imageId], 7);
  const signed = (i: number, bound: number) => (2 * (uniforms[i] as number) - 1) * bound;
  const angle = (signed(0, config.rotate) * Math.PI) / 180;
  const zoom = 1 + signed(1, config.scale);
  const mirror = config.flip && (uniforms[6] as number) < 0.5 ? -1 : 1;
  const cos = Math.cos(angle) / zoom;
  const sin = Math.sin(angle) / zoom;
  const centre = (size - 1) / 2;
  const shiftX = signed(2, config.shift) * size;
  const shiftY = signed(3, config.shift) * size;
  return {
    transform: [
      mirror * cos,
      -mirror * sin,
      centre + mirror * (sin - cos) * centre + shiftX,
      sin,
      cos,
      centre - (sin + cos) * centre + shiftY,
      0,
      0,
    ],
    contrast: 1 + signed(4, config.contrast),
    brightness: signed(5, config.brightness),
  };
}
