import { readFileSync } from 'node:fs';

/** What the heavy operations compute in. `auto`: bfloat16 where the processor has instructions for it. */
export type Precision = 'float32' | 'bfloat16' | 'auto';

/** @param isGpu whether the engine computes on one: those that TensorFlow's CUDA 12 builds drive well have bfloat16 */
export function resolvePrecision(precision: Precision, isGpu: boolean): 'float32' | 'bfloat16' {
  if (precision !== 'auto') return precision;
  return isGpu || hasBfloat16(cpuFlags()) ? 'bfloat16' : 'float32';
}

/** From the flags of /proc/cpuinfo. */
export function hasBfloat16(flags: string): boolean {
  return /\b(avx512_bf16|amx_bf16)\b/.test(flags);
}

/** Whether the processor multiplies matrices of bfloat16 in units of their own (AMX). */
export function hasTiles(flags: string = cpuFlags()): boolean {
  return /\bamx_bf16\b/.test(flags);
}

function cpuFlags(): string {
  try {
    return /^flags\s*:.*$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[0] ?? '';
  } catch {
    return '';
  }
}
