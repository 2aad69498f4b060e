import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/testing.ts';
import { mendable } from './system-error.ts';
import { UserError } from './user-error.ts';

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  );
}

describe('an error of the operating system', () => {
  test.skipIf(process.platform !== 'linux')('is a UserError where a person can mend it', async () => {
    const full = await failureOf(writeFile('/dev/full', 'x'));
    expect(mendable(full)).toBeInstanceOf(UserError);
    expect(mendable(full)).toMatchObject({ what: 'no space left on the disk', cause: full });
  });

  test.skipIf(process.platform !== 'linux')('names the path', async () => {
    const forbidden = await failureOf(writeFile('/sys/viewgap', 'x'));
    expect(mendable(forbidden)).toMatchObject({ name: 'UserError', value: '/sys/viewgap' });
    // Node says ENOENT here, as of every folder that it is to make with its parents on a read-only disk.
    const unmade = Object.assign(new Error('no such file or directory'), {
      code: 'ENOENT',
      syscall: 'mkdir',
    });
    expect(mendable(unmade)).toMatchObject({ what: 'a place that cannot be written' });
  });

  test('tells where another run took a file away, or something else has its name', async () => {
    const folder = await temporaryFolder();
    const missing = join(folder, 'missing');
    expect(mendable(await failureOf(readFile(missing)))).toMatchObject({
      what: 'a file or folder went away',
      value: missing,
    });
    await writeFile(join(folder, 'file'), '');
    const below = await failureOf(writeFile(join(folder, 'file', 'below'), ''));
    expect(mendable(below)).toMatchObject({ what: 'a file where a folder should be' });
  });

  test('is itself where it is a bug or already says its cure', () => {
    const bug = new TypeError('x is undefined');
    const known = new UserError('no such column', 'x', 'add it');
    for (const error of [bug, known, 'a string', null]) expect(mendable(error)).toBe(error);
  });
});
