import type { SourceGreys } from '@viewgap/artifacts';

export const EXPORT_FORMATS = ['savedmodel', 'safetensors'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** viewgap.json: what a program must know to use the model. */
export interface ExportFacts {
  readonly schema: 1;
  readonly format: ExportFormat;
  readonly viewgap: string;
  readonly model: string;
  readonly seed: number;
  /** SHA-256 of the training's weights.safetensors */
  readonly weights: string;
  readonly encoder: { readonly name: string; readonly widths: readonly number[] | null };
  readonly input: {
    /** edge of the square grey images, pixels */
    readonly size: number;
    /** fixed: (grey / 255 - mean) / deviation; image: each to zero mean and unit variance over what is not black */
    readonly normalise: 'fixed' | 'image';
    readonly mean: number;
    readonly deviation: number;
    /** mean and deviation instead of these for images of a source of training, where it was trained so */
    readonly sources: SourceGreys['sources'] | null;
    /** whether the first convolution has a second channel, which is 1 everywhere */
    readonly plane_of_ones: boolean;
  };
  /** in the order of the logits */
  readonly findings: readonly string[];
  readonly finding_names: readonly string[];
}
