import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FIXTURE, filesRead, ingest, nihConfig, SETTINGS, temporaryFolder } from '../test/testing.ts';

/** Ingests the fixture in batches of two, in a process of its own that kills itself at `moment`. */
async function killedIngest(work: string, moment: string): Promise<void> {
  const code = `
    import { Store } from '@viewgap/contracts';
    import { ingestSource } from './ingest.ts';
    const die = () => process.kill(process.pid, 'SIGKILL');
    const at = (what) => what === ${JSON.stringify(moment)} && die();
    await ingestSource({
      name: 'nih',
      config: ${JSON.stringify(nihConfig(FIXTURE))},
      settings: ${JSON.stringify(SETTINGS)},
      pipelineFolder: '/',
      env: {},
      out: ${JSON.stringify(join(work, 'ingest'))},
      cacheDir: ${JSON.stringify(join(work, 'cache'))},
      store: new Store(${JSON.stringify(join(work, 'store'))}),
      clock: () => new Date(),
      batch: 2,
      progress: {
        log: at,
        start: (label) => ({
          update: (done) => at(label + ' ' + done),
          finish: () => at(label + ' finished'),
        }),
      },
    });`;
  const here = fileURLToPath(new URL('.', import.meta.url));
  const args = ['--import', 'tsx', '--input-type=module', '-e', code];
  const child = spawn(process.execPath, args, { cwd: here, stdio: ['ignore', 'inherit', 'inherit'] });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
}

test.each([
  // What was read may wait to be written: two batches and the files under way.
  ['in the third batch', 'ingest nih 5', 8],
  ['after the last image', 'ingest nih finished', 0],
  ['between two shards', 'write the shards 4', 0],
])('after a kill -9 %s the next run goes on, and ends with the same bytes', async (_, moment, left) => {
  const [work, whole] = [await temporaryFolder(), await ingest(await temporaryFolder(), FIXTURE)];
  await killedIngest(work, moment);
  expect(await readdir(join(work, 'ingest'))).not.toContain('manifest.json');
  const resumed = await ingest(work, FIXTURE);
  expect(await filesRead(resumed)).toBeLessThanOrEqual(left);
  expect(readFileSync(join(resumed.folder, 'manifest.json'), 'utf8')).toBe(
    readFileSync(join(whole.folder, 'manifest.json'), 'utf8'),
  );
  expect(await readdir(join(work, 'cache'))).toHaveLength(1);
});
