import { EngineError } from '../system/engine-error.ts';

/** Why the GPU of this machine is not used. */
export interface UnusableGpu {
  /** The GPUs and their driver, in words. */
  readonly gpu: string;
  readonly what: string;
  readonly value: string;
  /** What to do about it. */
  readonly cure: string;
}

/** CUDA fails on a machine that has an NVIDIA GPU. */
export class UnusableGpuError extends EngineError implements UnusableGpu {
  constructor(
    readonly gpu: string,
    { what, value, cure }: Pick<EngineError, 'what' | 'value' | 'cure'>,
    options?: { cause?: unknown },
  ) {
    super(what, value, cure, options);
  }
}

/** One line for a person whose work runs without the GPU. */
export function unusableGpuLine({ gpu, what, value, cure }: UnusableGpu): string {
  return `engine: the GPU is not used (${gpu}): ${what}: ${value} (${cure})`;
}
