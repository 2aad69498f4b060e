import { join } from 'node:path';
import { fileEntry, type ManifestFile, type Store, writeFileAtomic } from '@viewgap/artifacts';
import { type ShownEntry, shownJson } from '@viewgap/contracts';
import { tf } from '@viewgap/engine';
import sharp from 'sharp';
import { gradCam } from '../model/grad-cam.ts';
import type { Network } from '../model/model.ts';
import { ShardImages } from '../pixels/shard-images.ts';
import { type ShownImage, shownFinding } from './example-choice.ts';

/** Orange of Okabe and Ito, told apart from grey with every kind of colour vision. */
const EVIDENCE = [230, 159, 0] as const;
/** How much of the film the strongest evidence leaves to be seen. */
const OPAQUE = 0.65;

/**
 * Draws the film, the evidence for a finding (Grad-CAM) over it and, of a model with a decoder, the reconstruction of
 * each image: shown/*.png, listed in shown.json without names of images or patients.
 */
export async function drawShown(
  out: string,
  shown: readonly ShownImage[],
  network: Network,
  store: Store,
): Promise<ManifestFile[]> {
  const { size } = network;
  const shards = new ShardImages(store, size);
  const entries: ShownEntry[] = [];
  const files: ManifestFile[] = [];
  const write = async (path: string, png: Promise<Uint8Array>) => {
    await writeFileAtomic(join(out, path), await png);
    files.push(await fileEntry(out, path));
    return path;
  };
  for (const [i, one] of shown.entries()) {
    const film = await shards.pixels(one.image);
    const { logit, cam, reconstruction } = await seenBy(network, film, one);
    const name = `shown/${String(i).padStart(2, '0')}`;
    entries.push({
      source: one.image.source,
      view: one.image.view,
      finding: shownFinding(one),
      logit,
      film: await write(`${name}-film.png`, greyPng(film, size)),
      cam: await write(`${name}-cam.png`, evidencePng(film, cam, size)),
      reconstruction:
        reconstruction && (await write(`${name}-reconstruction.png`, greyPng(reconstruction, size))),
    });
  }
  await writeFileAtomic(join(out, 'shown.json'), shownJson(entries));
  return [...files, await fileEntry(out, 'shown.json', entries.length)];
}

/** A model's outputs for a film: the logit, evidence 0 … 1 and reconstruction 0 … 255, both as large as the film. */
async function seenBy({ model, size, greysOf }: Network, film: Uint8Array, { image, finding }: ShownImage) {
  const seen = tf.tidy((): tf.NamedTensorMap => {
    const images = tf.div<tf.Tensor4D>(tf.tensor4d(film, [1, size, size, 1], 'float32'), 255);
    const grey = greysOf([image]);
    const greys = grey ? tf.tensor2d(grey, [1, 2]) : undefined;
    const { encoded, logits, reconstruction } = model.apply(images, false, true, greys);
    const cam = tf.expandDims<tf.Tensor3D>(gradCam(model.classify, encoded, finding), 2);
    return {
      logits,
      cam: tf.image.resizeBilinear(cam, [size, size]),
      ...(reconstruction && { reconstruction: tf.image.resizeBilinear(reconstruction, [size, size]) }),
    };
  });
  try {
    const [logits, cam, drawn] = await Promise.all(
      ['logits', 'cam', 'reconstruction'].map((name) => seen[name]?.data<'float32'>()),
    );
    return {
      logit: logits?.[finding] as number,
      cam: cam as Float32Array,
      reconstruction: drawn ? Uint8Array.from(drawn, (grey) => Math.round(255 * clipped(grey))) : null,
    };
  } finally {
    tf.dispose(seen);
  }
}

function clipped(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function greyPng(pixels: Uint8Array, size: number): Promise<Buffer> {
  return sharp(pixels, { raw: { width: size, height: size, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 9 })
    .toBuffer();
}

function evidencePng(film: Uint8Array, cam: Float32Array, size: number): Promise<Buffer> {
  const pixels = new Uint8Array(3 * film.length);
  film.forEach((grey, i) => {
    const share = OPAQUE * (cam[i] as number);
    EVIDENCE.forEach((colour, c) => {
      pixels[3 * i + c] = Math.round((1 - share) * grey + share * colour);
    });
  });
  return sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
}
