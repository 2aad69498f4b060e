import { createHmac, randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '@viewgap/contracts';
import type { Environment } from './root.ts';

/** What is given another name. The same id of two kinds has two pseudonyms. */
export type IdKind = 'patient' | 'study' | 'accession' | 'image' | 'path' | 'text';

/** 128 bits: no two of a billion ids meet. */
const LENGTH = 32;
const KEY = /^[0-9a-f]{64}$/;

/** Other names for ids, by a key that only the hospital has: HMAC-SHA256, the first 128 bits in hexadecimal. */
export class Pseudonyms {
  readonly #key: Buffer;

  /** @param key 64 hexadecimal digits */
  constructor(key: string) {
    this.#key = Buffer.from(key, 'hex');
  }

  of(kind: IdKind, id: string): string {
    return this.#name(`id ${kind}\0${id}`);
  }

  /** Tells this key from another, and nothing else of it. */
  get fingerprint(): string {
    return this.#name('fingerprint');
  }

  #name(text: string): string {
    return createHmac('sha256', this.#key).update(text, 'utf8').digest('hex').slice(0, LENGTH);
  }
}

/**
 * The pseudonyms of a namespace. Its key is VIEWGAP_KEY_<NAMESPACE>, or a file that is made once, readable by its
 * owner alone, in the folder VIEWGAP_KEYS (default ~/.config/viewgap/keys). Who has the key can tell who is who; without
 * it a later export of the same patients cannot be joined.
 * @throws UserError where the key is malformed, or others may read its file; no message shows a key
 */
export async function openPseudonyms(namespace: string, env: Environment): Promise<Pseudonyms> {
  const variable = `VIEWGAP_KEY_${namespace.toUpperCase().replaceAll('-', '_')}`;
  const given = env[variable];
  if (given !== undefined && given !== '') {
    if (!KEY.test(given))
      throw new UserError('a malformed key', variable, 'give 64 hexadecimal digits: openssl rand -hex 32');
    return new Pseudonyms(given);
  }
  const folder = env.VIEWGAP_KEYS
    ? resolve(env.VIEWGAP_KEYS)
    : join(env.HOME || homedir(), '.config/viewgap/keys');
  const path = join(folder, `${namespace}.key`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await makeKey(path);
  return new Pseudonyms(await readKey(path));
}

/** Makes the file unless it is there. */
async function makeKey(path: string): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(`${randomBytes(32).toString('hex')}\n`);
    await file.sync();
    await file.close();
    // The process' mask may have taken the owner's own rights.
    await chmod(path, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

const OTHERS = 0o077;

async function readKey(path: string): Promise<string> {
  if (process.platform !== 'win32' && ((await stat(path)).mode & OTHERS) !== 0) {
    throw new UserError('a key that others may read', path, `run: chmod 600 ${path}`);
  }
  const key = (await readFile(path, 'utf8')).trim();
  if (!KEY.test(key))
    throw new UserError('a malformed key file', path, 'restore it; a new one would rename every patient');
  return key;
}
