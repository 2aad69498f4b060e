import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../system/engine-error.ts';
import { run } from '../../system/shell.ts';
import { unzip } from './unzip.ts';
import { type Distribution, isNeeded, type Wheel } from './wheels.ts';

/** What the wheels of TensorFlow 2.21 and of CUDA 12 are built for. */
const PYTHON = '3.12';
const PLATFORMS = ['manylinux_2_27_x86_64', 'manylinux2014_x86_64'] as const;

interface DownloadOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
  readonly everyMs?: number;
}

/**
 * Downloads the wheels with pip, under the user's own pip settings, checked against their sha256.
 * @param folder an empty folder that the caller removes
 * @param options.log is told every `everyMs` milliseconds how much has come
 * @returns the wheels' paths
 * @throws EngineError when one cannot be had
 */
export async function downloadWheels(
  python: string,
  distribution: Distribution,
  folder: string,
  { env, log, everyMs = 10_000 }: DownloadOptions,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, distribution.wheels.map(pinned).join(''));
  const timer = setInterval(async () => log(downloaded(distribution, await bytesIn(folder))), everyMs);
  const { exitCode, stdout, stderr } = await run(
    [
      ...[python, '-m', 'pip', 'download', '--no-deps', '--require-hashes', '-r', requirements],
      ...['--only-binary=:all:', '--python-version', PYTHON],
      ...PLATFORMS.flatMap((platform) => ['--platform', platform]),
      ...['--no-input', '--no-cache-dir', '--progress-bar', 'off', '-d', folder],
    ],
    // pip downloads to the temporary folder first, which is often a small one in memory; and a rule against installing
    // outside of a virtual environment is not meant for a download.
    { ...env, TMPDIR: folder, PIP_REQUIRE_VIRTUALENV: '0' },
  ).finally(() => clearInterval(timer));
  if (exitCode !== 0) throw pipError(`${stdout}\n${stderr}`, distribution);
  const wheels = (await readdir(folder)).filter((name) => name.endsWith('.whl'));
  if (wheels.length < distribution.wheels.length) {
    const value = `${wheels.length} of ${distribution.wheels.length}`;
    throw new EngineError('pip left too few wheels', value, 'run it again');
  }
  return wheels.map((name) => join(folder, name));
}

/** Unpacks what the engine needs of a wheel, under the paths that it has in the wheel. */
export async function unpackWheel(wheel: string, folder: string): Promise<void> {
  await unzip(wheel, folder, isNeeded).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== undefined) throw error;
    throw new EngineError('the wheel does not unpack', `${wheel}: ${error.message}`, 'get it again', {
      cause: error,
    });
  });
}

/** What pip's output says went wrong, in one line. */
export function pipError(output: string, { wheels }: Distribution): EngineError {
  const { requirement } = wheels.find((wheel) => output.includes(wheel.requirement)) ?? wheels[0];
  if (/No space left on device|Disk quota exceeded/i.test(output)) {
    const cure = 'free some, or set VIEWGAP_CACHE';
    return new EngineError('no space left on the disk', requirement, cure);
  }
  if (/DO NOT MATCH THE HASHES/i.test(output)) {
    const got = /Got\s+([0-9a-f]{64})/.exec(output)?.[1] ?? 'another one';
    const cure = 'check the package index that pip uses';
    return new EngineError('the downloaded wheel has the wrong sha256', got, cure);
  }
  const network =
    /NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|Connection (refused|reset)|name resolution/i;
  if (network.test(output)) {
    const cure = 'connect, set pip to an index that is reachable, or set VIEWGAP_TENSORFLOW';
    return new EngineError('pip cannot reach its package index', requirement, cure);
  }
  if (/No matching distribution|Could not find a version/i.test(output)) {
    const cure = 'set pip to an index that has it, or set VIEWGAP_TENSORFLOW';
    return new EngineError('no package index has it', requirement, cure);
  }
  return new EngineError('pip failed', lastLine(output), `see: pip download ${requirement}`);
}

function pinned({ requirement, sha256 }: Wheel): string {
  return `${requirement} --hash=sha256:${sha256}\n`;
}

function downloaded({ version, megabytes }: Distribution, bytes: number): string {
  // pip copies the wheels when they have come: for a moment they are there twice.
  const come = Math.min(Math.floor(bytes / 1e6), megabytes);
  return `engine: downloading TensorFlow ${version}: ${come} of ${megabytes} MB`;
}

/** Bytes of all files below a folder, while another process adds and removes some. */
async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      (facts) => facts.size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function lastLine(output: string): string {
  const lines = output.trim().split('\n');
  return (lines.findLast((line) => line.startsWith('ERROR')) ?? lines.at(-1) ?? '').slice(0, 300);
}
