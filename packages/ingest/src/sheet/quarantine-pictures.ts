import {
  type IngestConfig,
  type QuarantineReason,
  type SourceConfig,
  silentProgress,
} from '@viewgap/contracts';
import { hashUniform } from '@viewgap/stats';
import { adapterOf } from '../adapters/layouts.ts';
import { OTHER_MODALITY } from '../dicom/chest.ts';
import { concealing } from '../files/concealed-errors.ts';
import { listSource } from '../files/listing.ts';
import { namedFiles, pseudonymsOf } from '../files/private-source.ts';
import { type Environment, resolveRoot } from '../files/root.ts';
import { ReadPool } from '../read/read-pool.ts';
import type { Quarantined } from '../records/pairing.ts';

/**
 * Reasons whose images a person should see. Not those whose pixels may bear names: films with burnt-in words, and
 * what another modality made of a private source, such as a scanned letter.
 */
const SHOWN: readonly QuarantineReason[] = [
  'lateral',
  'not-chest',
  'too-small',
  'constant',
  'excluded',
  'no-label-row',
];

/** Where the file of a quarantined input lies; null for a row of a table, and for a file that is gone or may not be read. */
export type Originals = (ref: string) => string | null;

/**
 * The files of a source by the names that its quarantine has for them.
 * @throws UserError where the root is not there
 */
export async function originalsOf(options: {
  readonly name: string;
  readonly config: SourceConfig;
  readonly pipelineFolder: string;
  readonly env: Environment;
}): Promise<Originals> {
  const { name, config, pipelineFolder, env } = options;
  const adapter = await adapterOf(config);
  const root = await resolveRoot(config.root, pipelineFolder, env);
  const pseudonyms = await pseudonymsOf(name, config, env);
  const listing = await concealing(pseudonyms !== null, () => listSource(adapter, root, silentProgress));
  const { images, locate } = namedFiles(listing, adapter, pseudonyms);
  const files = new Map(images.flatMap((file) => (file.denied ? [] : [[file.path, file] as const])));
  return (ref) => {
    const file = files.get(ref);
    return file === undefined ? null : locate(file);
  };
}

/**
 * Some images of each reason as PNGs, by their ref: read again, whatever they show. Those that cannot be decoded are
 * left out.
 * @param perReason how many; which ones depends on their refs alone
 */
export async function quarantinePictures(
  quarantined: readonly Quarantined[],
  originals: Originals,
  { settings, perReason }: { readonly settings: IngestConfig; readonly perReason: number },
): Promise<ReadonlyMap<string, Uint8Array>> {
  const chosen = SHOWN.flatMap((reason) =>
    quarantined
      .filter((one) => one.reason === reason && !one.detail.startsWith(OTHER_MODALITY))
      .flatMap(({ ref }) => ({ ref, path: originals(ref) }))
      .filter(({ path }) => path !== null)
      .sort((a, b) => hashUniform('sheet', a.ref) - hashUniform('sheet', b.ref))
      .slice(0, perReason),
  );
  const pictures = new Map<string, Uint8Array>();
  const reading = { ...settings, encoding: 'png', anything: true } as const;
  const pool = new ReadPool({ settings: reading, workers: chosen.length > 0 ? 1 : 0 });
  try {
    for (const { ref, path } of chosen) {
      const { image } = await pool.read(path as string);
      if ('encoded' in image && !image.film?.burnedIn) pictures.set(ref, image.encoded);
    }
  } finally {
    await pool.close();
  }
  return pictures;
}
