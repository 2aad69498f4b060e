import { COARSE_BITS, CROP_BITS } from '../phash/frequencies.ts';
import type { Range } from '../phash/grey-image.ts';
import { Hasher, type Phash, polarities, signsOf } from '../phash/phash.ts';
import type { Relief } from '../phash/relief.ts';
import { Spectrum } from '../phash/spectrum.ts';
import { doubtingProbe, exactProbe, type PhashIndex, type Probe } from './phash-index.ts';
import {
  AS_IT_IS,
  affineOf,
  CROP_PARTS,
  CROPPED_PARTS,
  type Pose,
  transformed,
  WHOLE_POSES,
} from './poses.ts';

/** A film that may show the same, and how. */
export interface Candidate {
  readonly film: number;
  /** share of the bits that differ */
  readonly distance: number;
  readonly pose: Pose;
}

interface Bounds {
  /** of the first 128 bits as many may differ */
  readonly coarse: number;
  /** of all bits that are compared this share */
  readonly all: number;
}

/** Bits that local equalisation and burnt-in text change at most; 892 films of different patients differ in 31 % at least. */
const WHOLE: Bounds = { coarse: 34, all: 0.3 };
/** A crop is tried in steps of 3 %: a pose between two steps changed at most 18 % of 256 bits. */
const CROP: Bounds = { coarse: 26, all: 0.2 };
/** Copies that are re-encoded, resized, re-windowed or inverted change at most 11 %. */
const PLAIN: Bounds = { coarse: 18, all: 0.17 };

/** Bits of each band that are tried both ways. */
const TRIES = { whole: 5, crop: 2 } as const;

/** Most candidates of a film, the nearest ones: this bounds how many are confirmed. */
const MOST = 16;

/** What has been found for one film: of each candidate the nearest pose. */
class Found {
  readonly #best = new Map<number, Candidate>();

  constructor(
    private readonly index: PhashIndex,
    private readonly isOpen: (film: number) => boolean,
  ) {}

  /** @param full gives the bits that are compared, of which the probe may have the first alone */
  look(probe: Probe, bounds: Bounds, pose: Pose, full: () => Phash): void {
    let hash: Phash | null = null;
    this.index.look(probe, bounds.coarse, (film, coarse) => {
      const known = this.#best.get(film);
      if (!known && !this.isOpen(film)) return;
      hash ??= full();
      const distance = (coarse + this.index.fine(hash, film)) / (32 * hash.length);
      if (distance > bounds.all || (known && known.distance <= distance)) return;
      this.#best.set(film, { film, distance, pose });
      if (this.#best.size >= 4 * MOST) this.#drop();
    });
  }

  nearest(): Candidate[] {
    this.#drop();
    return [...this.#best.values()];
  }

  #drop(): void {
    const sorted = [...this.#best.values()].sort((a, b) => a.distance - b.distance || a.film - b.film);
    for (const { film } of sorted.slice(MOST)) this.#best.delete(film);
  }
}

/** Finds candidates for one film after another. */
export class CandidateSearch {
  readonly #hasher = new Hasher();
  readonly #families = [CROP_PARTS, CROPPED_PARTS].map((parts) => new Spectrum(parts));

  constructor(private readonly index: PhashIndex) {}

  /**
   * The films that an external one may show, whole, mirrored, turned, or one a crop of the other.
   * @param isOpen whether a film is to be considered
   */
  external(relief: Relief, isOpen: (film: number) => boolean): Candidate[] {
    const found = new Found(this.index, isOpen);
    for (const pose of WHOLE_POSES) {
      const coefficients = this.#hasher.coefficients(transformed(relief, affineOf(pose)));
      for (const polarity of polarities(coefficients)) {
        const hash = signsOf(coefficients, polarity);
        const probe = doubtingProbe(coefficients, polarity, hash.subarray(0, CROP_BITS / 32), TRIES.whole);
        found.look(probe, WHOLE, pose, () => hash);
      }
    }
    for (const spectrum of this.#families) {
      spectrum.take(relief);
      for (let x = 0; x < spectrum.parts.length; x++) this.#crops(spectrum, x, found);
    }
    return found.nearest();
  }

  /** Tries one part along x with all parts along y. */
  #crops(spectrum: Spectrum, x: number, found: Found): void {
    const { parts } = spectrum;
    const column = spectrum.column(x, COARSE_BITS).slice();
    for (const [y, part] of parts.entries()) {
      const coefficients = column.subarray(COARSE_BITS * y, COARSE_BITS * (y + 1));
      for (const polarity of polarities(coefficients)) {
        const hash = signsOf(coefficients, polarity);
        const probe = doubtingProbe(coefficients, polarity, hash, TRIES.crop);
        const pose = { x: parts[x] as Range, y: part, degrees: 0, mirrored: false };
        found.look(probe, CROP, pose, () => signsOf(spectrum.part(x, y, CROP_BITS), polarity));
      }
    }
  }

  /** The films that one repeats as it is: re-encoded, resized, re-windowed, inverted. */
  plain(film: number, isOpen: (film: number) => boolean): Candidate[] {
    const found = new Found(this.index, isOpen);
    const hash = this.index.hash(film);
    found.look(exactProbe(hash.subarray(0, CROP_BITS / 32)), PLAIN, AS_IT_IS, () => hash);
    return found.nearest();
  }
}
