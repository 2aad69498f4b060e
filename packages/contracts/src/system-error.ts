import { UserError } from './user-error.ts';

const CURES: Readonly<Record<string, readonly [what: string, cure: string]>> = {
  ENOSPC: ['no space left on the disk', 'free some space and run again: finished work is kept'],
  EDQUOT: ['disk quota exceeded', 'free some space and run again: finished work is kept'],
  EACCES: ['no permission', 'give this user access, or choose another folder'],
  EPERM: ['no permission', 'give this user access, or choose another folder'],
  EROFS: ['the file system is read-only', 'choose a folder that can be written'],
  EMFILE: ['too many open files', 'raise the limit: ulimit -n 4096'],
  EIO: ['the disk failed to read or write', 'check the disk, then run again'],
};

/** An error of the operating system that a user can mend, as a UserError; any other error as it is. */
export function mendable(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const { code, path } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : CURES[code];
  if (known) return new UserError(known[0], path ?? error.message, known[1], { cause: error });
  // DuckDB and sharp report a full disk in words only.
  if (/no space left on device|disk is full|could not write all bytes/i.test(error.message)) {
    const [what, cure] = CURES.ENOSPC as readonly [string, string];
    return new UserError(what, error.message.split('\n')[0] ?? '', cure, { cause: error });
  }
  return error;
}
