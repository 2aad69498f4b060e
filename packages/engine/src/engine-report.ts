/** What can run the arithmetic, in the order in which it is tried. */
export const ENGINE_CANDIDATES = ['native-cuda', 'native-cpu', 'webgpu', 'wasm'] as const;
export type EngineCandidate = (typeof ENGINE_CANDIDATES)[number];

/** What this release can run on. */
export type EngineName = Extract<EngineCandidate, 'native-cpu' | 'wasm'>;

/** A person's choice by name; absent, the first candidate that works is taken. */
export type EnginePreference = 'native' | 'wasm';

/** The facts about an engine that change its numbers: no path, host, clock or core count. */
export interface EngineIdentity {
  readonly engine: EngineName;
  /** Version of TensorFlow.js. */
  readonly tfjs: string;
  /** Version of TensorFlow; null where the engine is not TensorFlow. */
  readonly tensorflow: string | null;
  /** sha256 of the Python wheel that the libraries come from. */
  readonly wheelSha256: string | null;
  /** sha256 of the addon's C++ sources and headers. */
  readonly addonSourceSha256: string | null;
}

/** Whether one candidate was taken, and why or why not, in words for a person. */
export interface EngineStep {
  readonly candidate: EngineCandidate;
  readonly taken: boolean;
  readonly why: string;
}

export interface EngineReport {
  readonly engine: EngineName;
  readonly identity: EngineIdentity;
  /** One step a candidate, in order, up to the one that was taken. */
  readonly steps: readonly EngineStep[];
  /** The folder that holds what was built. */
  readonly cacheDir: string;
}
