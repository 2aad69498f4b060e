import type { UnusableGpu } from './unusable-gpu.ts';

/** What can run the arithmetic, in the order in which it is tried. */
export const ENGINE_CANDIDATES = ['native-cuda', 'native-cpu', 'webgpu', 'wasm'] as const;
export type EngineName = (typeof ENGINE_CANDIDATES)[number];

/** What a person asks for by name; without, the first candidate that works is taken. */
export const ENGINE_PREFERENCES = {
  cuda: 'native-cuda',
  native: 'native-cpu',
  webgpu: 'webgpu',
  wasm: 'wasm',
} as const satisfies Record<string, EngineName>;
export type EnginePreference = keyof typeof ENGINE_PREFERENCES;

/** The facts about an engine that change its numbers: no path, host, clock or core count. */
export interface EngineIdentity {
  readonly engine: EngineName;
  /** Version of TensorFlow.js. */
  readonly tfjs: string;
  /** Version of TensorFlow; null where the engine is not TensorFlow. */
  readonly tensorflow: string | null;
  /** sha256 of the Python wheel that the libraries come from; null where they come from none. */
  readonly wheelSha256: string | null;
  /** sha256 of the addons' C++ sources and headers; null where the engine has none. */
  readonly addonSourceSha256: string | null;
}

/** Whether one candidate was taken, and why or why not, in words for a person. */
export interface EngineStep {
  readonly candidate: EngineName;
  readonly taken: boolean;
  readonly why: string;
}

export interface EngineReport {
  readonly engine: EngineName;
  readonly identity: EngineIdentity;
  /** One step a candidate, in the order in which they are tried. */
  readonly steps: readonly EngineStep[];
  /** Why another engine was taken although there is an NVIDIA GPU; null where there is none, or it is used or not asked for. */
  readonly unusableGpu: UnusableGpu | null;
  /** The folder that holds what was built. */
  readonly cacheDir: string;
}
