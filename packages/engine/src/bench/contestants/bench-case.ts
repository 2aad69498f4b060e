export const BENCH_MODELS = ['cnn', 'resnet50', 'resnet50-decoder'] as const;
/**
 * `cnn`: eight 3 x 3 convolutions of 16, 16, 32, … 128 channels, a maximum of 2 x 2 after every second one;
 * `resnet50`: the engine's; `resnet50-decoder`: with its decoder, which draws the image again.
 */
export type BenchModel = (typeof BENCH_MODELS)[number];

/** One thing to time. */
export interface BenchCase {
  readonly model: BenchModel;
  /** Edge of the square images of one channel, pixels: a multiple of 32, at which all contestants round alike. */
  readonly size: number;
  readonly batch: number;
  /** Whether only outputs are computed, batch normalisation by its moving statistics; else whole training steps. */
  readonly inference: boolean;
}

const SIZES: Readonly<Record<BenchModel, readonly { readonly size: number; readonly batch: number }[]>> = {
  cnn: [
    { size: 64, batch: 16 },
    { size: 64, batch: 64 },
    { size: 128, batch: 32 },
  ],
  resnet50: [
    { size: 64, batch: 32 },
    { size: 128, batch: 16 },
    { size: 224, batch: 8 },
  ],
  'resnet50-decoder': [
    { size: 64, batch: 32 },
    { size: 128, batch: 16 },
    { size: 224, batch: 8 },
  ],
};

/** The cases that a model is timed at unless others are asked for. */
export function benchCases(models: readonly BenchModel[], inference: boolean): BenchCase[] {
  return models.flatMap((model) => SIZES[model].map((at) => ({ model, ...at, inference })));
}
