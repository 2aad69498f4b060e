import { join } from 'node:path';
import { embeddingsTable, fileEntry, type ManifestFile, type TableRow, writeTable } from '@viewgap/artifacts';
import type { ScoredImages } from './scored-images.ts';

/** Readers of Arrow in JavaScript stop at 2 GB. */
const PART_BYTES = 2 ** 30;

/**
 * Writes embeddings/part-00000.arrow and so on, some images at a time.
 * @param use called with each of these before they are written
 * @returns the parts, for the manifest
 */
export async function writeEmbeddings(
  out: string,
  scored: AsyncGenerator<ScoredImages, void, undefined>,
  use: (some: ScoredImages) => Promise<void>,
  partBytes = PART_BYTES,
): Promise<ManifestFile[]> {
  const parts: ManifestFile[] = [];
  let next = await scored.next();
  while (!next.done) {
    const { features } = next.value;
    const path = `embeddings/part-${String(parts.length).padStart(5, '0')}.arrow`;
    const rows = await writeTable(join(out, path), embeddingsTable(features), async (append) => {
      let bytes = 0;
      for (; !next.done && bytes < partBytes; next = await scored.next()) {
        await use(next.value);
        await append(rowsOf(next.value));
        bytes += next.value.embeddings.byteLength;
      }
    });
    parts.push(await fileEntry(out, path, rows));
  }
  return parts;
}

function rowsOf({ images, embeddings, features }: ScoredImages): TableRow[] {
  return images.map((image, i) => ({
    dataset: image.source,
    image_id: image.imageId,
    patient_id: image.patientKnown ? image.patientId : null,
    view: image.view,
    split: image.split,
    embedding: embeddings.subarray(i * features, (i + 1) * features),
  }));
}
