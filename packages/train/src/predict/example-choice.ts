import { hashUniform } from '@viewgap/stats';
import type { EvaluationImage } from '../catalog/evaluation-images.ts';

/** An image that is drawn for the report, with the finding whose evidence is shown. */
export interface ShownImage {
  readonly image: EvaluationImage;
  /** its index among the study's: the first that its label says is present */
  readonly finding: number;
}

/**
 * Chooses validation images to draw, `perView` of each view, among those of the sources given that have a finding: those
 * whose names have the smallest hashes, so that every model is shown on the same ones, whatever their scores.
 */
export class ShownChoice {
  readonly #perView: number;
  readonly #sources: ReadonlySet<string>;
  readonly #chosen = new Map<string, { readonly draw: number; readonly shown: ShownImage }[]>([
    ['AP', []],
    ['PA', []],
  ]);

  /** @param sources those whose pixels may be shown */
  constructor(perView: number, sources: readonly string[]) {
    this.#perView = perView;
    this.#sources = new Set(sources);
  }

  offer(image: EvaluationImage): void {
    const chosen = this.#chosen.get(image.view);
    const finding = image.labels.indexOf(1);
    if (!chosen || finding < 0 || image.split !== 'val' || !this.#sources.has(image.source)) return;
    const draw = hashUniform('shown', image.source, image.imageId);
    if (chosen.length === this.#perView && draw >= (chosen.at(-1)?.draw ?? 0)) return;
    chosen.push({ draw, shown: { image, finding } });
    chosen.sort((a, b) => a.draw - b.draw);
    chosen.length = Math.min(chosen.length, this.#perView);
  }

  /** AP first; in the order of their hashes. */
  chosen(): ShownImage[] {
    return [...this.#chosen.values()].flatMap((ofView) => ofView.map(({ shown }) => shown));
  }
}
