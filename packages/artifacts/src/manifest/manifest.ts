import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '@viewgap/contracts';
import { z } from 'zod';
import { syncFolder, writeFileAtomic } from '../files/atomic-file.ts';
import { canonicalJson, type Sha256, sha256, sha256File } from '../files/hash.ts';
import type { Store } from '../files/store.ts';
import { duckdbContentHash } from '../tables/duckdb.ts';

export const MANIFEST_NAME = 'manifest.json';

const hashText = z.string().regex(/^[0-9a-f]{64}$/);

/** A path inside an artifact: never absolute, never upwards. */
const innerPath = z
  .string()
  .refine(
    (path) =>
      path !== '' &&
      path.length <= 500 &&
      !/\p{Cc}/u.test(path) &&
      !/^[\\/]/.test(path) &&
      !/(^|[\\/])\.\.([\\/]|$)/.test(path) &&
      !/^[a-z]:/i.test(path),
    {
      message: 'must stay inside the artifact',
    },
  );

const manifestFile = z.strictObject({
  path: innerPath,
  /** `file` lies in the artifact; `store` in the content-addressed store; a `duckdb` file's hash is of its content. */
  kind: z.enum(['file', 'store', 'duckdb']),
  sha256: hashText,
  bytes: z.int().nonnegative().nullable(),
  rows: z.int().nonnegative().nullable(),
});
export type ManifestFile = z.infer<typeof manifestFile>;

const manifest = z.strictObject({
  schema: z.literal(1),
  stage: z.string(),
  inputs: z.record(z.string(), hashText),
  config: z.unknown(),
  files: z.array(manifestFile),
  counts: z.record(z.string(), z.number()),
});
export type Manifest = z.infer<typeof manifest>;

/** A finished artifact: its folder, its manifest, and the manifest's hash, by which others name it as an input. */
export interface Artifact {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly sha256: Sha256;
}

/** Facts about one run that must not change the artifact's identity: clock, host, versions. */
export type RunFacts = Readonly<Record<string, string | number>>;

/** When a run started, and how many seconds it took. */
export function runFacts(started: Date, ended: Date): RunFacts {
  return { started: started.toISOString(), seconds: (ended.getTime() - started.getTime()) / 1000 };
}

/**
 * Makes the folder an empty one for a new run: the old manifest goes first, so that a kill in between leaves
 * debris and never a manifest without its files.
 */
export async function beginArtifact(folder: string): Promise<void> {
  await rm(join(folder, MANIFEST_NAME), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  await mkdir(folder, { recursive: true });
}

/** Describes a file that was written into the artifact's folder. */
export async function fileEntry(
  folder: string,
  path: string,
  rows: number | null = null,
): Promise<ManifestFile> {
  const full = join(folder, path);
  return { path, kind: 'file', sha256: await sha256File(full), bytes: (await stat(full)).size, rows };
}

/** Describes a DuckDB file by its content. */
export async function duckdbEntry(folder: string, path: string): Promise<ManifestFile> {
  const content = await duckdbContentHash(join(folder, path));
  return { path, kind: 'duckdb', sha256: content.sha256, bytes: null, rows: content.rows };
}

/**
 * Writes run.json, syncs every file that the manifest names, then writes manifest.json last and by rename: from then
 * on the artifact exists.
 */
export async function finishArtifact(
  folder: string,
  content: Omit<Manifest, 'schema'>,
  run: RunFacts,
): Promise<Artifact> {
  const whole = manifest.parse({ schema: 1, ...content });
  await writeFileAtomic(join(folder, 'run.json'), `${JSON.stringify(run, null, 2)}\n`);
  for (const file of whole.files) {
    if (file.kind !== 'store') await syncFile(join(folder, file.path));
  }
  const text = manifestText(whole);
  await writeFileAtomic(join(folder, MANIFEST_NAME), text);
  return { folder, manifest: whole, sha256: sha256(text) };
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(dirname(path));
}

function manifestText(content: Manifest): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(content)), null, 2)}\n`;
}

/**
 * Opens an artifact that another stage wrote: parses its manifest and checks that every file it names is there
 * with its size (`verify`: with its hash too).
 * @param rebuild the command that makes it again, for the error
 * @throws UserError where the artifact is absent, unfinished or incomplete
 */
export async function openArtifact(
  folder: string,
  stage: string,
  options: { readonly rebuild: string; readonly store?: Store; readonly verify?: boolean },
): Promise<Artifact> {
  const { rebuild, store, verify = false } = options;
  let text: string;
  try {
    text = await readFile(join(folder, MANIFEST_NAME), 'utf8');
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'EISDIR') throw unreadable(folder, rebuild, cause);
    if (!['ENOENT', 'ENOTDIR'].includes(code)) throw cause;
    throw new UserError(`no finished ${stage} artifact`, folder, rebuild, { cause });
  }
  const parsed = parseManifest(text, folder, rebuild);
  if (parsed.stage !== stage)
    throw new UserError(`not a ${stage} artifact but one of ${parsed.stage}`, folder, rebuild);
  for (const file of parsed.files) {
    const path = file.kind === 'store' ? store?.path(file.sha256) : join(folder, file.path);
    if (path === undefined) continue;
    await checkFile(file, path, verify, rebuild);
  }
  return { folder, manifest: parsed, sha256: sha256(text) };
}

function parseManifest(text: string, folder: string, rebuild: string): Manifest {
  try {
    return manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw unreadable(folder, rebuild, cause);
  }
}

function unreadable(folder: string, rebuild: string, cause: unknown): UserError {
  return new UserError('a manifest that cannot be read', join(folder, MANIFEST_NAME), rebuild, { cause });
}

const NOT_THERE = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'];

async function checkFile(file: ManifestFile, path: string, verify: boolean, rebuild: string): Promise<void> {
  const again = file.kind === 'store' ? `${rebuild} --skip-nx-cache` : rebuild;
  let bytes: number;
  try {
    bytes = (await stat(path)).size;
  } catch (cause) {
    if (!NOT_THERE.includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
    throw new UserError('a file that the manifest names is missing', path, again, { cause });
  }
  if (file.bytes !== null && bytes !== file.bytes) {
    throw new UserError(`a file has ${bytes} bytes where the manifest says ${file.bytes}`, path, again);
  }
  if (!verify) return;
  const changed = 'a file is not the one that the manifest names';
  const hash =
    file.kind === 'duckdb'
      ? await duckdbContentHash(path).then(
          (content) => content.sha256,
          (cause: unknown) => Promise.reject(new UserError(changed, path, again, { cause })),
        )
      : await sha256File(path);
  if (hash !== file.sha256) throw new UserError(changed, path, again);
}
