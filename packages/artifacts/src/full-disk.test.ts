import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scriptOutput, temporaryFolder } from '../test/testing.ts';

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
      import { writeFileAtomic } from './files/atomic-file.ts';
      import { mendable } from '@viewgap/contracts';
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
      import { appendRows, withDuckDB } from './tables/duckdb.ts';
      import { mendable } from '@viewgap/contracts';
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
