import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Store } from '@viewgap/artifacts';
import { DEFAULT_STUDY, type SourceConfig } from '@viewgap/contracts';
import { explainIngest } from '../src/explain.ts';
import { scanSource } from '../src/files/scan.ts';
import { contactSheet } from '../src/sheet/contact-sheet.ts';
import { originalsOf } from '../src/sheet/quarantine-pictures.ts';
import { ingest, recordedProgress } from './testing.ts';

/** Everything that scan, ingest, explain and sheet print, throw and, below `work`, write. */
export async function everything(
  work: string,
  config: SourceConfig,
  env: Readonly<Record<string, string>>,
): Promise<string[]> {
  const said: string[] = [];
  const progress = recordedProgress(said);
  const from = { name: 'seoul', config, pipelineFolder: work, env };
  const attempt = async (run: () => Promise<unknown>) => {
    try {
      await run();
    } catch (error) {
      // What --debug prints.
      said.push(inspect(error, { depth: 10, showHidden: true }));
    }
  };
  await attempt(() => scanSource({ ...from, out: join(work, 'listing.json'), progress }));
  await attempt(() => ingest(work, '', { ...from, progress }));
  await attempt(async () => said.push(...(await explainIngest(join(work, 'ingest')))));
  await attempt(async () => {
    const artifact = await ingest(work, '', { ...from, progress });
    const originals = await originalsOf(from);
    const store = new Store(join(work, 'store'));
    const sheet = { store, rebuild: '', findings: DEFAULT_STUDY, originals };
    said.push((await contactSheet(artifact, sheet)).html);
  });
  return said;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Where a secret is found in what was said, or below `work` in what was written or in the names of files, as lines. */
export async function leaksOf(
  secrets: readonly string[],
  work: string,
  said: readonly string[],
): Promise<string[]> {
  const files = await filesBelow(work);
  const places = new Map<string, Buffer>([
    ['what was said', Buffer.from(said.join('\n'))],
    ['file names', Buffer.from(files.map((file) => file.slice(work.length)).join('\n'))],
  ]);
  for (const file of files) places.set(file, await readFile(file));
  return secrets.flatMap((secret) =>
    (['utf8', 'utf16le'] as const).flatMap((encoding) => {
      const bytes = Buffer.from(secret, encoding);
      return [...places].flatMap(([place, content]) => {
        const at = content.indexOf(bytes);
        return at === -1 ? [] : [`${secret} in ${place}: ${content.subarray(Math.max(0, at - 80), at + 80)}`];
      });
    }),
  );
}
