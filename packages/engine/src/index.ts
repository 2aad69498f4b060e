export { type BatchNormOptions, type BatchNormState, batchNorm } from './batch-norm.ts';
export { BENCH_MODELS, type BenchCase, type BenchModel, benchCases } from './bench/bench-case.ts';
export { type BenchOptions, type BenchResult, benchTraining } from './bench/bench-training.ts';
export { CONTESTANT_NAMES, type ContestantName } from './bench/contestant.ts';
export type { OpTime } from './bench/op-times.ts';
export type { BenchRatio, BenchRow, CaseResult } from './bench/result.ts';
export { defaultCacheDir } from './cache-dir.ts';
export { type AdamOptions, applyAdam } from './capture/adam.ts';
export { capture } from './capture/capture.ts';
export type { Precision } from './capture/precision.ts';
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
} from './capture/step.ts';
export { EngineError } from './engine-error.ts';
export type {
  EngineIdentity,
  EngineName,
  EnginePreference,
  EngineReport,
  EngineStep,
} from './engine-report.ts';
export { type Fed, Feed, type Jobs } from './feed/feed.ts';
export {
  defaultWorkers,
  type FeedOptions,
  type Loaders,
  type LoadersOptions,
  startLoaders,
} from './feed/loaders.ts';
export type { Load, LoaderModule } from './feed/serve.ts';
export { type Conv2dOptions, conv2d } from './kernels/conv2d.ts';
export { relu } from './kernels/relu.ts';
export { upsampledConv2d } from './kernels/upsampled-conv2d.ts';
export { createDecoder, type Decoder, type DecoderOptions, type OutputFraction } from './models/decoder.ts';
export {
  createEncoder,
  ENCODERS,
  type Encoder,
  type EncoderName,
  type EncoderOptions,
} from './models/encoder.ts';
export { type ImagenetOptions, imagenetWeights } from './models/imagenet-weights.ts';
export { dense, globalMean } from './models/layers.ts';
export { IMAGENET, type Normalisation, TORCHXRAYVISION } from './models/normalisation.ts';
export { countOperations } from './models/operations.ts';
export { Parameters } from './models/parameters.ts';
export { loadTorchWeights, type TorchWeightsOptions, torchWeights } from './models/torch-weights.ts';
export { type PrepareOptions, prepareEngine } from './prepare.ts';
export {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  type Safetensors,
  safetensorsPieces,
} from './safetensors.ts';
export { type SavedModelOptions, savedModel } from './saved-model/saved-model.ts';
export { type Engine, startEngine } from './start.ts';
export { type SummaryWriter, summaryWriter } from './summary-writer.ts';
export { tf } from './tf.ts';
export { type UnusableGpu, unusableGpuLine } from './unusable-gpu.ts';
export { OutOfMemoryError } from './wasm-memory.ts';
