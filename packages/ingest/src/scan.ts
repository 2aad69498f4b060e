import { type Progress, type SourceConfig, silentProgress, writeFileAtomic } from '@viewgap/contracts';
import { adapterOf } from './adapters.ts';
import { type Listing, listSource } from './listing.ts';
import { namedFiles, pseudonymsOf } from './private-source.ts';
import { type Environment, resolveRoot } from './root.ts';

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
  const adapter = adapterOf(config);
  const listing = await listSource(adapter, root, progress);
  const { images } = namedFiles(listing, root, adapter, await pseudonymsOf(name, config, env));
  await writeFileAtomic(out, listingText({ ...listing, images }));
  progress.log(`scan ${name}: ${listing.images.length} images`);
  return listing;
}

function listingText({ tables, images }: Listing): string {
  const lines = [...tables, ...images].map(({ path, size, mtimeMs }) =>
    JSON.stringify({ path, size, mtimeMs }),
  );
  return `[\n${lines.join(',\n')}\n]\n`;
}
