// JavaScript, for threads that read hundreds of thousands of files start with it, and a compiler takes longer than they do.
import { hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/**
 * What tells that a file changed: bytes, its last change in milliseconds since 1970, and 96 bits of the SHA-256 of the
 * first and the last block; or why it cannot be opened.
 * @typedef {{ size: number, mtimeMs: number, ends?: string, denied?: Denied }} FileStamp
 */

/**
 * Why a file or a folder cannot be opened: this user may not, or its name is not the UTF-8 that Node knows names by.
 * @typedef {'permission' | 'name'} Denied
 */

const BLOCK_BYTES = 4096;
const END_LETTERS = 16;

const blocks = Buffer.allocUnsafeSlow(2 * BLOCK_BYTES);

/**
 * Only opening a file tells whether it may be read: `access` asks about the real user, and of a network disk it may err.
 * @param {string} path
 * @returns {FileStamp | null} null where the file was deleted since its folder was listed
 */
export function fileStamp(path) {
  try {
    return openedStamp(path);
  } catch (error) {
    const denied = refusalOf(error, path);
    return denied && { ...(denied === 'name' ? NOTHING : closedStamp(path)), denied };
  }
}

const NOTHING = { size: 0, mtimeMs: 0 };

/** @param {string} path */
function closedStamp(path) {
  try {
    const { size, mtimeMs } = statSync(path);
    return { size, mtimeMs };
  } catch (error) {
    refusal(error);
    return NOTHING;
  }
}

/** Stands in a name for bytes that are not UTF-8. */
const NOT_UTF8 = '\ufffd';

/**
 * @param {unknown} error
 * @param {string} path
 * @returns {Denied | null} why the system does not open what it has listed; null where that is gone. @throws any other error
 */
export function refusalOf(error, path) {
  const { code } = /** @type {NodeJS.ErrnoException} */ (error);
  if (code === 'ENOENT') return path.includes(NOT_UTF8) ? 'name' : null;
  refusal(error);
  return 'permission';
}

/**
 * @param {unknown} error
 * @returns {false} where the system refuses access. @throws any other error
 */
export function refusal(error) {
  const { code = '' } = /** @type {NodeJS.ErrnoException} */ (error);
  if (code === 'EACCES' || code === 'EPERM') return false;
  throw error;
}

/**
 * @param {string} path
 * @returns {FileStamp}
 */
function openedStamp(path) {
  const file = openSync(path, 'r');
  try {
    const { size, mtimeMs } = fstatSync(file);
    const isWhole = size <= blocks.length;
    let count = readSync(file, blocks, 0, isWhole ? size : BLOCK_BYTES, 0);
    if (!isWhole) count += readSync(file, blocks, count, BLOCK_BYTES, size - BLOCK_BYTES);
    return {
      size,
      mtimeMs,
      ends: hash('sha256', blocks.subarray(0, count), 'base64url').slice(0, END_LETTERS),
    };
  } finally {
    closeSync(file);
  }
}
