import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hasBfloat16, resolvePrecision } from './precision.ts';

test.for<[string, string, boolean]>([
  ['Sapphire Rapids', 'flags : fpu avx512f avx512_bf16 amx_tile amx_int8 amx_bf16', true],
  ['Cooper Lake and Zen 4', 'flags : fpu avx512f avx512_vnni avx512_bf16 clflush', true],
  ['AMX alone', 'flags : fpu amx_bf16 amx_tile', true],
  ['Ice Lake', 'flags : fpu avx512f avx512_vnni avx512_bitalg', false],
  ['Zen 3', 'flags : fpu avx2 fma bmi2', false],
  ['a longer name', 'flags : fpu avx512_bf16x xamx_bf16', false],
  ['no flags', '', false],
])('%s has instructions for bfloat16 or not', ([, flags, expected]) => {
  expect(hasBfloat16(flags)).toBe(expected);
});

test('auto is bfloat16 on a GPU, and on this processor where the kernel lists such instructions', () => {
  const cpuinfo = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  const listed = cpuinfo.split(/\s+/).some((flag) => flag === 'avx512_bf16' || flag === 'amx_bf16');
  expect(resolvePrecision('auto', false)).toBe(listed ? 'bfloat16' : 'float32');
  expect(resolvePrecision('auto', true)).toBe('bfloat16');
});

test.for(['float32', 'bfloat16'] as const)('%s asked for by name is taken', (precision) => {
  expect(resolvePrecision(precision, false)).toBe(precision);
  expect(resolvePrecision(precision, true)).toBe(precision);
});
