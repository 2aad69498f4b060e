import { UserError } from './user-error.ts';

const CURES: Readonly<Record<string, readonly [what: string, cure: string]>> = {
  ENOSPC: ['no space left on the disk', 'free some space and run again: finished work is kept'],
  EDQUOT: ['disk quota exceeded', 'free some space and run again: finished work is kept'],
  EACCES: ['no permission', 'give this user access, or choose another folder'],
  EPERM: ['no permission', 'give this user access, or choose another folder'],
  EROFS: ['a place that cannot be written', 'choose another, or make its disk writable'],
  ENOTDIR: ['a file where a folder should be', 'remove it, or choose another place'],
  EISDIR: ['a folder where a file should be', 'remove it, or choose another place'],
  ERR_FS_EISDIR: ['a folder where a file should be', 'remove it, or choose another place'],
  EEXIST: ['a file where a folder should be', 'remove it, or choose another place'],
  ELOOP: ['symbolic links that lead in a circle', 'correct the links'],
  ENAMETOOLONG: ['a name that is too long', 'choose a shorter one'],
  ENOENT: ['a file or folder went away', 'does another run write there? run again when it has ended'],
  ENOTEMPTY: [
    'a folder changed while it was cleared',
    'does another run write there? run again when it has ended',
  ],
  EMFILE: ['too many open files', 'raise the limit: ulimit -n 4096'],
  EIO: ['the disk failed to read or write', 'check the disk, then run again'],
};

/** DuckDB and sharp report these in words only. */
const WORDS: readonly (readonly [RegExp, keyof typeof CURES])[] = [
  [/no space left on device|disk is full|could not write all bytes/i, 'ENOSPC'],
  [/disk quota exceeded/i, 'EDQUOT'],
  [/read-only file system/i, 'EROFS'],
  [/permission denied/i, 'EACCES'],
  [/no such file or directory/i, 'ENOENT'],
];

/** An error of the operating system that a user can mend, as a UserError; any other error as it is. */
export function mendable(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const { code, path, message, syscall } = error as NodeJS.ErrnoException;
  // On a disk that is read-only or not mounted, Node reports ENOENT for a folder that it cannot make.
  const key = code === 'ENOENT' && syscall === 'mkdir' ? 'EROFS' : code;
  const known = CURES[key ?? WORDS.find(([words]) => words.test(message))?.[1] ?? ''];
  if (!known) return error;
  const file = path ?? /file "([^"]+)"/.exec(message)?.[1] ?? message.split('\n')[0] ?? '';
  return new UserError(known[0], file, known[1], { cause: error });
}
