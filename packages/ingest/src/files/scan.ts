import { writeFileAtomic } from '@viewgap/artifacts';
import { counted, type Progress, type SourceConfig, silentProgress } from '@viewgap/contracts';
import { adapterOf } from '../adapters/layouts.ts';
import { concealing } from './concealed-errors.ts';
import { type Listing, listSource } from './listing.ts';
import { namedFiles, pseudonymsOf } from './private-source.ts';
import { type Environment, resolveRoot } from './root.ts';
import { DENIALS, type Denied, type ListedFile } from './tree/listed-file.ts';

/**
 * Lists what ingest would read, so that Nx, which hashes the listing, knows when a source has changed.
 * One file a line; the same files give the same bytes.
 * Paths of a private source are listed as pseudonyms.
 * @param options.name the source's name in pipeline.json
 * @param options.pipelineFolder folder of pipeline.json, which a relative root starts from
 * @param options.out path of the listing, which is JSON
 * @throws UserError where the root, its table or its images are missing
 */
export async function scanSource(options: {
  readonly name: string;
  readonly config: SourceConfig;
  readonly pipelineFolder: string;
  readonly env: Environment;
  readonly out: string;
  readonly progress?: Progress;
}): Promise<Listing> {
  const { name, config, pipelineFolder, env, out, progress = silentProgress } = options;
  const root = await resolveRoot(config.root, pipelineFolder, env);
  const adapter = await adapterOf(config);
  const pseudonyms = await pseudonymsOf(name, config, env);
  const listing = await concealing(pseudonyms !== null, () => listSource(adapter, root, progress));
  const { images, closed } = namedFiles(listing, adapter, pseudonyms);
  await writeFileAtomic(out, listingText({ ...listing, images, closed }));
  const denied = [...images, ...closed].flatMap((one) => one.denied ?? []);
  const count = images.length + closed.length - denied.length;
  progress.log(`scan ${name}: ${counted(count, 'image')}${refusals(denied)}`);
  return listing;
}

function refusals(denied: readonly Denied[]): string {
  return Object.entries(DENIALS)
    .map(([why, words]) => [words, denied.filter((one) => one === why).length] as const)
    .filter(([, count]) => count > 0)
    .map(([words, count]) => `, ${words}: ${count === 1 ? '1 file or folder' : `${count} files or folders`}`)
    .join('');
}

function listingText({ tables, images, closed }: Listing): string {
  const fileLine = ({ path, size, mtimeMs, ends, denied }: ListedFile) =>
    JSON.stringify({ path, size, mtimeMs, ends, denied });
  const lines = [
    ...[...tables, ...images].map(fileLine),
    ...closed.map((folder) => JSON.stringify({ ...folder, closed: true })),
  ];
  return `[\n${lines.join(',\n')}\n]\n`;
}
