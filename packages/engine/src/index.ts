export { type BatchNormOptions, type BatchNormState, batchNorm } from './batch-norm.ts';
export { defaultCacheDir } from './cache-dir.ts';
export { EngineError } from './engine-error.ts';
export type {
  EngineCandidate,
  EngineIdentity,
  EngineName,
  EnginePreference,
  EngineReport,
  EngineStep,
} from './engine-report.ts';
export { type PrepareOptions, prepareEngine } from './prepare.ts';
export { decodeSafetensors, encodeSafetensors, type NamedTensor, type Safetensors } from './safetensors.ts';
export { type Engine, startEngine } from './start.ts';
export { tf } from './tf.ts';
