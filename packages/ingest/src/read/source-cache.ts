import { canonicalJson, type Store } from '@viewgap/artifacts';
import type { IngestConfig, SourceFacts } from '@viewgap/contracts';
import type { Pseudonyms } from '../files/pseudonym.ts';
import type { ReaderSettings } from '../image/radiograph.ts';
import { readerVersion } from './reader-version.ts';
import { ReadingCache } from './reading-cache.ts';

/** What earlier runs read of a source, and how it is read now. */
export interface SourceCache {
  readonly cache: ReadingCache;
  readonly settings: ReaderSettings;
  /** names the settings, the reader and the pseudonyms: what was made under another is made anew */
  readonly key: string;
}

/** Opens the readings that earlier runs made under the same reader, settings and pseudonyms. */
export async function openSourceCache(
  {
    config,
    settings,
    cacheDir,
    store,
  }: {
    readonly config: SourceFacts;
    readonly settings: IngestConfig;
    readonly cacheDir: string;
    readonly store: Store;
  },
  pseudonyms: Pseudonyms | null,
): Promise<SourceCache> {
  const own: ReaderSettings = {
    ...settings,
    ...('bodyParts' in config && { bodyParts: config.bodyParts, modalities: config.modalities }),
    ...('depth' in config && config.depth !== undefined && { depth: config.depth }),
  };
  const key = canonicalJson({
    reader: readerVersion(),
    settings: own,
    ...(pseudonyms && { key: pseudonyms.fingerprint }),
  });
  return { cache: await ReadingCache.open(cacheDir, key, store), settings: own, key };
}
