import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { FIXTURE, filesRead, ingest, nihConfig, SETTINGS, temporaryFolder } from '../test/testing.ts';
import { FILES_AHEAD } from './read/read-pool.ts';

const FILMS = 160;
const BATCH = 2;
/** What may be read again of what was read: two batches that wait to be written, and what is under way. */
const IN_FLIGHT = 2 * BATCH + FILES_AHEAD * availableParallelism();

/** The fixture's films, each at twenty brightnesses. */
async function films(): Promise<string> {
  const root = join(await temporaryFolder(), 'nih');
  await mkdir(join(root, 'images'), { recursive: true });
  const [header = '', ...rows] = readFileSync(join(FIXTURE, 'Data_Entry_2017_v2020.csv'), 'utf8').split('\n');
  const table = [header];
  for (let i = 0; i < FILMS; i++) {
    const row = rows[i % 8] as string;
    const name = row.slice(0, row.indexOf(','));
    const copy = name.replace(/\d{3}\.png$/, `${100 + i}.png`);
    await sharp(join(FIXTURE, 'images', name))
      .removeAlpha()
      .linear(1, i)
      .toFile(join(root, 'images', copy));
    table.push(row.replace(name, copy));
  }
  await writeFile(join(root, 'Data_Entry.csv'), `${table.join('\n')}\n`);
  return root;
}

/** Ingests in a process of its own that kills itself at `moment`. @returns how many files it had to read */
async function killedIngest(work: string, root: string, moment: string): Promise<number> {
  const code = `
    import { Store } from '@viewgap/artifacts';
    import { ingestSource } from './ingest.ts';
    const at = (what) => what === ${JSON.stringify(moment)} && process.kill(process.pid, 'SIGKILL');
    await ingestSource({
      name: 'nih',
      config: ${JSON.stringify(nihConfig(root))},
      settings: ${JSON.stringify(SETTINGS)},
      pipelineFolder: '/',
      env: {},
      out: ${JSON.stringify(join(work, 'ingest'))},
      cacheDir: ${JSON.stringify(join(work, 'cache'))},
      store: new Store(${JSON.stringify(join(work, 'store'))}),
      clock: () => new Date(),
      batch: ${BATCH},
      progress: {
        log: at,
        start: (label, total) => {
          if (label === 'ingest nih') process.stdout.write(String(total));
          return {
            update: (done) => at(label + ' ' + done),
            finish: () => at(label + ' finished'),
          };
        },
      },
    });`;
  const here = fileURLToPath(new URL('.', import.meta.url));
  const args = ['--import', 'tsx', '--input-type=module', '-e', code];
  const child = spawn(process.execPath, args, { cwd: here, stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, [, signal]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  expect(signal, moment).toBe('SIGKILL');
  return Number(said);
}

/** Each on what the one before has left, with how many films are read when it comes. */
const KILLS = [
  ['ingest nih 100', 100],
  ['ingest nih 55', 55],
  ['ingest nih finished', FILMS],
  ['shards 80', FILMS],
] as const;

test('killed four times with -9, each run goes on: what was written is read once, and the bytes are the same', async () => {
  const root = await films();
  const [work, whole] = [await temporaryFolder(), await ingest(await temporaryFolder(), root)];
  let atMost = FILMS;
  for (const [moment, read] of KILLS) {
    const missing = await killedIngest(work, root, moment);
    expect(missing, moment).toBeLessThanOrEqual(atMost);
    expect(await readdir(join(work, 'ingest')), moment).not.toContain('manifest.json');
    atMost = read === FILMS ? 0 : missing - (read - IN_FLIGHT);
  }
  const resumed = await ingest(work, root);
  expect(await filesRead(resumed)).toBe(0);
  expect(readFileSync(join(resumed.folder, 'manifest.json'), 'utf8')).toBe(
    readFileSync(join(whole.folder, 'manifest.json'), 'utf8'),
  );
  expect(await readdir(join(work, 'cache'))).toHaveLength(1);
}, 120_000);
