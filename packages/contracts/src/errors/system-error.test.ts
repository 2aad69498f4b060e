import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scriptOutput, temporaryFolder } from '../../test/testing.ts';
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

/** A disk of one megabyte: a tmpfs in a mount namespace of the script's own. */
const smallDisk = (folder: string) => [
  'unshare',
  '-rm',
  'sh',
  '-c',
  `mount -t tmpfs -o size=1m none '${folder}' && exec "$0" "$@"`,
];
const [command = '', ...args] = smallDisk('/mnt');
const canMount = spawnSync(command, [...args, 'true']).status === 0;

describe.skipIf(!canMount)(
  `on a full disk${canMount ? '' : ' (skipped: this user cannot mount one)'}`,
  () => {
    test('an atomic write says which file, and leaves the old one alone', async () => {
      const folder = await temporaryFolder();
      const output = await scriptOutput(
        `
      import { readdirSync, readFileSync } from 'node:fs';
      import { writeFileAtomic } from './artifacts/atomic-file.ts';
      import { mendable } from './errors/system-error.ts';
      process.chdir(${JSON.stringify(folder)});
      await writeFileAtomic('file', 'old');
      await writeFileAtomic('file', new Uint8Array(2_000_000)).catch((error) => console.log(mendable(error).message));
      console.log(readdirSync('.').join(), readFileSync('file', 'utf8'));`,
        smallDisk(folder),
      );
      expect(output.trim().split('\n')).toEqual([
        'no space left on the disk: file (free some space and run again: finished work is kept)',
        'file old',
      ]);
      expect(await readdir(folder)).toEqual([]);
    });

    test.each([
      ['while rows are appended', 20_000],
      ['only when the file is closed', 5_500],
    ])('DuckDB says so, %s', async (_when, rows) => {
      const folder = await temporaryFolder();
      const output = await scriptOutput(
        `
      import { appendRows, withDuckDB } from './artifacts/duckdb.ts';
      import { mendable } from './errors/system-error.ts';
      const rows = Array.from({ length: ${rows} }, () => ({ text: 'x'.repeat(100) + Math.random() }));
      await withDuckDB(${JSON.stringify(join(folder, 'x.duckdb'))}, async (connection) => {
        await connection.run('create table t (text varchar)');
        await appendRows(connection, 't', rows);
        console.log('appended');
      }).then(
        () => console.log('finished'),
        (error) => console.log(mendable(error).what),
      );`,
        smallDisk(folder),
      );
      const appended = rows < 10_000 ? ['appended'] : [];
      expect(output.trim().split('\n')).toEqual([...appended, 'no space left on the disk']);
    });
  },
);
