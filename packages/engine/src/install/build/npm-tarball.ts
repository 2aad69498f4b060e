import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../system/engine-error.ts';
import { findProgram, run } from '../../system/shell.ts';

export interface NpmPackage {
  /** name@version */
  readonly spec: string;
  /** of its tarball, as npm writes it: sha512-… */
  readonly integrity: string;
  readonly megabytes: number;
}

/**
 * The bytes of an npm package's tarball, fetched by the npm program under the user's own npm settings: registry, proxy,
 * certificates, tokens.
 *
 * @param wanted checked against its integrity
 * @param folder an empty folder for what npm writes; left empty
 * @throws EngineError when it cannot be had, with `cure`
 */
export async function fetchTarball(
  wanted: NpmPackage,
  folder: string,
  { env, cure }: { readonly env: NodeJS.ProcessEnv; readonly cure: string },
): Promise<Buffer> {
  const npm = findProgram('npm', env);
  if (npm === null) throw new EngineError('no npm found to download with', wanted.spec, cure);
  const place = ['--pack-destination', folder, '--cache', join(folder, 'cache')];
  const { exitCode, stdout, stderr } = await run(
    [npm, 'pack', wanted.spec, ...place, '--ignore-scripts', '--fetch-retries', '1', '--no-update-notifier'],
    env,
  );
  if (exitCode !== 0) throw npmError(wanted, `${stdout}\n${stderr}`, cure);
  const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
  if (name === undefined) throw new EngineError('npm left no tarball', wanted.spec, cure);
  const bytes = await readFile(join(folder, name));
  await rm(join(folder, name));
  await rm(join(folder, 'cache'), { recursive: true, force: true });
  return checkIntegrity(wanted, bytes, cure);
}

/** @returns the bytes @throws EngineError when they are not the package's */
export function checkIntegrity({ spec, integrity }: NpmPackage, bytes: Buffer, cure: string): Buffer {
  const actual = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (actual === integrity) return bytes;
  throw new EngineError(
    `not the tarball of ${spec}`,
    `${actual.slice(0, 20)}… of ${bytes.length} bytes`,
    cure,
  );
}

/** What npm's output says went wrong, in one line. */
function npmError({ spec }: NpmPackage, output: string, cure: string): EngineError {
  const code = /npm (?:error|ERR!) code (\S+)/.exec(output)?.[1] ?? 'no code';
  if (/^(ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|ERR_SOCKET)/.test(code)) {
    return new EngineError('npm cannot reach its registry', `${spec}, ${code}`, cure);
  }
  return new EngineError('npm cannot download', `${spec}, ${code}`, cure);
}
