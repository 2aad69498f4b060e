export { type BenchOptions, type BenchResult, benchTraining } from './bench/bench-training.ts';
export { BENCH_MODELS, type BenchCase, type BenchModel, benchCases } from './bench/contestants/bench-case.ts';
export { CONTESTANT_NAMES, type ContestantName } from './bench/contestants/contestant.ts';
export type { OpTime } from './bench/contestants/op-times.ts';
export type { BenchRatio, BenchRow, CaseResult } from './bench/result.ts';
export { capture } from './capture/capture.ts';
export { type AdamOptions, applyAdam } from './capture/record/adam.ts';
export type {
  Captured,
  CaptureOptions,
  InputDType,
  InputSpec,
  InputValue,
  Step,
  StepResult,
  Value,
  Values,
} from './capture/record/step.ts';
export type { Precision } from './capture/rewrite/precision.ts';
export { type Fed, Feed, type Jobs } from './feed/feed.ts';
export {
  defaultWorkers,
  type FeedOptions,
  type Loaders,
  type LoadersOptions,
  startLoaders,
} from './feed/loaders.ts';
export type { Load, LoaderModule } from './feed/serve.ts';
export {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  type Safetensors,
  safetensorsPieces,
} from './formats/safetensors.ts';
export { type SummaryWriter, summaryWriter } from './formats/summary-writer.ts';
export { defaultCacheDir } from './install/build/cache-dir.ts';
export type {
  EngineIdentity,
  EngineName,
  EnginePreference,
  EngineReport,
  EngineStep,
} from './install/engine-report.ts';
export { type PrepareOptions, prepareEngine } from './install/prepare.ts';
export { type Engine, startEngine } from './install/start.ts';
export { type UnusableGpu, unusableGpuLine } from './install/unusable-gpu.ts';
export { type BatchNormOptions, type BatchNormState, batchNorm } from './kernels/batch-norm.ts';
export { type Conv2dOptions, conv2d } from './kernels/conv2d.ts';
export { relu } from './kernels/relu.ts';
export { upsampledConv2d } from './kernels/upsampled-conv2d.ts';
export { dense, globalMean } from './layers/layers.ts';
export { countOperations } from './layers/operations.ts';
export { Parameters } from './layers/parameters.ts';
export { createDecoder, type Decoder, type DecoderOptions, type OutputFraction } from './models/decoder.ts';
export {
  createEncoder,
  ENCODERS,
  type Encoder,
  type EncoderName,
  type EncoderOptions,
} from './models/encoder.ts';
export { type ImagenetOptions, imagenetWeights } from './models/imagenet-weights.ts';
export { IMAGENET, type Normalisation, TORCHXRAYVISION } from './models/normalisation.ts';
export { loadTorchWeights, type TorchWeightsOptions, torchWeights } from './models/torch-weights.ts';
export { type SavedModelOptions, savedModel } from './saved-model/saved-model.ts';
export { EngineError } from './system/engine-error.ts';
export { tf } from './tf/tf.ts';
export { OutOfMemoryError } from './tf/wasm-memory.ts';
