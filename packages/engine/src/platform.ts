import { existsSync } from 'node:fs';
import { EngineError } from './engine-error.ts';
import { findProgram } from './shell.ts';

/** The facts about a machine that decide which engines can run on it. */
export interface Platform {
  readonly os: string;
  readonly arch: string;
  /** Version of the running C library, such as 2.36; null when it is not glibc. */
  readonly glibc: string | null;
  readonly nvidia: boolean;
}

/** Looks at this machine. */
export function readPlatform(env: NodeJS.ProcessEnv): Platform {
  return { os: process.platform, arch: process.arch, glibc: glibcVersion(), nvidia: hasNvidia(env) };
}

/** @throws EngineError where the wheel's libraries cannot run: they are for x86-64 Linux with glibc 2.27 or newer. */
export function checkNativePlatform({ os, arch, glibc }: Platform): void {
  const cure = 'the native engine needs x86-64 Linux with glibc 2.27 or newer';
  if (os !== 'linux' || arch !== 'x64') throw new EngineError('unsupported platform', `${os} ${arch}`, cure);
  if (glibc === null) throw new EngineError('unsupported C library', 'not glibc', cure);
  const [major = 0, minor = 0] = glibc.split('.').map(Number);
  if (major < 2 || (major === 2 && minor < 27)) {
    throw new EngineError('glibc is too old', glibc, cure);
  }
}

/** Why this release does not run on CUDA here. */
export function whyNotCuda({ nvidia }: Platform): string {
  return nvidia ? 'this release does not drive NVIDIA GPUs: it runs on the CPU' : 'no NVIDIA GPU found';
}

function glibcVersion(): string | null {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime ?? null;
}

function hasNvidia(env: NodeJS.ProcessEnv): boolean {
  if (existsSync('/proc/driver/nvidia/version')) return true;
  return findProgram('nvidia-smi', env) !== null;
}
