import { type CatalogImage, UserError } from '@viewgap/contracts';
import { imageKeys } from './identity.ts';

/** Two sources that share an image or a patient; a patient is shown by the first image in each. */
export interface Overlap {
  readonly kind: 'image' | 'patient';
  readonly source_a: string;
  readonly image_a: string;
  readonly split_a: CatalogImage['split'];
  readonly source_b: string;
  readonly image_b: string;
  readonly split_b: CatalogImage['split'];
  readonly action: 'refused' | 'kept, same split' | 'kept, both external';
}

/**
 * Every image and every patient that two sources share, once for each pair of sources.
 * @param images of all sources, sorted by source and image id, without repeats inside a source
 */
export function findOverlaps(images: readonly CatalogImage[]): Overlap[] {
  const byImage = groupBy(images, imageKeys);
  const byPatient = groupBy(images, (image) => [image.patient_id]);
  return [...pairsOf('image', byImage), ...pairsOf('patient', byPatient)];
}

/**
 * The gate between training and external sets, closed by default.
 * @param publicIds whether a source's ids may be shown
 * @throws UserError with the first shared images and patients
 */
export function refuseLeaks(overlaps: readonly Overlap[], publicIds: (source: string) => boolean): void {
  const leaks = overlaps.filter(({ action }) => action === 'refused');
  if (leaks.length === 0) return;
  const count = (kind: Overlap['kind']) => leaks.filter((leak) => leak.kind === kind).length;
  const shown = leaks
    .filter((leak) => publicIds(leak.source_a) && publicIds(leak.source_b))
    .slice(0, 5)
    .map((leak) => `${leak.kind} ${leak.source_a}/${leak.image_a} = ${leak.source_b}/${leak.image_b}`);
  const sources = [...new Set(leaks.map((leak) => `${leak.source_a} and ${leak.source_b}`))];
  throw new UserError(
    'an external set shares images or patients with a training set',
    [`${sources.join(', ')}: ${count('image')} images, ${count('patient')} patients`, ...shown].join('; '),
    'remove what they share from one of them, or give both the same role',
  );
}

function groupBy(
  images: readonly CatalogImage[],
  keysOf: (image: CatalogImage) => readonly string[],
): CatalogImage[][] {
  const groups = new Map<string, Map<string, CatalogImage>>();
  for (const image of images) {
    for (const key of keysOf(image)) {
      const firsts = groups.get(key) ?? new Map<string, CatalogImage>();
      groups.set(key, firsts);
      if (!firsts.has(image.source)) firsts.set(image.source, image);
    }
  }
  return [...groups.values()].map((firsts) => [...firsts.values()]).filter((firsts) => firsts.length > 1);
}

function pairsOf(kind: Overlap['kind'], groups: readonly (readonly CatalogImage[])[]): Overlap[] {
  const pairs = new Map<string, Overlap>();
  for (const images of groups) {
    for (const [i, a] of images.entries()) {
      for (const b of images.slice(i + 1)) {
        const key = JSON.stringify([a.source, a.image_id, b.source, b.image_id]);
        pairs.set(key, overlap(kind, a, b));
      }
    }
  }
  return [...pairs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
}

function overlap(kind: Overlap['kind'], a: CatalogImage, b: CatalogImage): Overlap {
  const external = [a, b].filter((image) => image.role === 'external').length;
  return {
    kind,
    source_a: a.source,
    image_a: a.image_id,
    split_a: a.split,
    source_b: b.source,
    image_b: b.image_id,
    split_b: b.split,
    action: external === 1 ? 'refused' : external === 2 ? 'kept, both external' : 'kept, same split',
  };
}
