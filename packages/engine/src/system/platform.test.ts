import { expect, test } from 'vitest';
import { checkNativePlatform, type Platform } from './platform.ts';

const debian: Platform = { os: 'linux', arch: 'x64', glibc: '2.36' };

test.each(['2.27', '2.36', '3.0'])('x86-64 Linux with glibc %s can run the native engine', (glibc) => {
  expect(() => checkNativePlatform({ ...debian, glibc })).not.toThrow();
});

test.each<[Partial<Platform>, RegExp]>([
  [{ os: 'darwin', arch: 'arm64' }, /^unsupported platform: darwin arm64 \(/],
  [{ arch: 'arm64' }, /^unsupported platform: linux arm64 \(/],
  [{ glibc: null }, /^unsupported C library: not glibc \(/],
  [{ glibc: '2.17' }, /^glibc is too old: 2.17 \(/],
])('%o cannot', (difference, message) => {
  expect(() => checkNativePlatform({ ...debian, ...difference })).toThrow(message);
});
