import { EngineError } from './engine-error.ts';

/** The facts about a machine that decide which engines can run on it. */
export interface Platform {
  readonly os: string;
  readonly arch: string;
  /** Version of the running C library, such as 2.36; null when it is not glibc. */
  readonly glibc: string | null;
}

/** Looks at this machine. */
export function readPlatform(): Platform {
  return { os: process.platform, arch: process.arch, glibc: glibcVersion() };
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

function glibcVersion(): string | null {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime ?? null;
}
