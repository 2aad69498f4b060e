import { insideBorders } from './borders.ts';
import type { Box, GreyImage, Square } from './grey-image.ts';
import { PhashKernels } from './kernels.ts';

/** Edge of a relief, pixels. */
export const EDGE = 64;
/** Edge of the square that details are compared in. */
export const DETAIL_EDGE = 128;

/**
 * A film inside its borders, reduced to [EDGE, EDGE], each value its difference from its surroundings in their standard
 * deviations, from -2.5 to 2.5: windows, gamma curves and local equalisation (CLAHE) change little of it, and an inverted
 * film has the same values with the other sign.
 */
export type Relief = Square;

/** Where films are reduced; its memory grows to the largest one. */
class Workspace {
  readonly #kernels = new PhashKernels();
  readonly #square = this.#kernels.reserve(4 * DETAIL_EDGE ** 2);
  #film = { address: 0, pixels: 0, narrow: 0, width: 0 };

  /** A part of a film is reduced to [edge, edge] by the means of areas. */
  reduce(film: GreyImage, { x, y }: Box, edge: number): void {
    const { address, narrow } = this.#place(film);
    const { run } = this.#kernels;
    run.reduce(address, film.width, x.start, x.size, y.start, y.size, edge, narrow, this.#square);
  }

  relief(): Relief {
    this.#kernels.run.relief(this.#square);
    return this.#values(EDGE);
  }

  details(): Square {
    this.#kernels.run.details(this.#square);
    return this.#values(DETAIL_EDGE);
  }

  blurred(square: Square, radius: number): Square {
    const edge = Math.sqrt(square.length);
    this.#kernels.floats(this.#square, square.length).set(square);
    this.#kernels.run.blur(this.#square, edge, radius, 1);
    return this.#values(edge);
  }

  #values(edge: number): Square {
    return this.#kernels.floats(this.#square, edge * edge).slice();
  }

  #place({ pixels, width }: GreyImage) {
    if (pixels.length > this.#film.pixels || width > this.#film.width) {
      this.#film = {
        address: this.#kernels.reserve(pixels.length),
        narrow: this.#kernels.reserve(4 * width),
        pixels: pixels.length,
        width,
      };
    }
    this.#kernels.bytes(this.#film.address, pixels.length).set(pixels);
    return this.#film;
  }
}

/** One to a thread, made when the first film comes. */
let made: Workspace | undefined;
function workspace(): Workspace {
  made ??= new Workspace();
  return made;
}

export function reliefOf(film: GreyImage, box = insideBorders(film)): Relief {
  workspace().reduce(film, box, EDGE);
  return workspace().relief();
}

/** Structure of a film that is finer than some 3 % of the edge, in local standard deviations: [DETAIL_EDGE, DETAIL_EDGE]. */
export function detailsOf(film: GreyImage, box: Box): Square {
  workspace().reduce(film, box, DETAIL_EDGE);
  return workspace().details();
}

/** Means over a box of 2 * radius + 1 along both axes; beyond the edges the square is mirrored. */
export function blurred(square: Square, radius: number): Square {
  return workspace().blurred(square, radius);
}
