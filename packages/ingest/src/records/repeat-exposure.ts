import type { Quarantined } from './pairing.ts';

/** What tells that two images are one film. */
export interface HashedImage {
  readonly imageId: string;
  readonly fileSha256: string;
  readonly pixelSha256: string;
}

/**
 * Images of one source that have the same file or pixels as an earlier one by id. They stay in the records, for the
 * catalog must see that their patients are one; it uses the first alone.
 */
export function repeatedFilms(images: readonly HashedImage[]): Quarantined[] {
  const firsts = new Map<string, HashedImage>();
  return images
    .toSorted((a, b) => (a.imageId < b.imageId ? -1 : 1))
    .flatMap((image): Quarantined[] => {
      const first = firsts.get(image.pixelSha256);
      if (first === undefined) {
        firsts.set(image.pixelSha256, image);
        return [];
      }
      const same = first.fileSha256 === image.fileSha256 ? 'file' : 'pixels';
      return [{ ref: image.imageId, reason: 'duplicate-image', detail: `same ${same} as ${first.imageId}` }];
    });
}
