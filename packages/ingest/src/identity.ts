import { type CatalogConfig, type CatalogImage, hashUniform } from '@viewgap/contracts';

export type Identified = Pick<
  CatalogImage,
  'source' | 'image_id' | 'patient_id' | 'file_sha256' | 'pixel_sha256'
>;

/**
 * Patients who are the same because they share an image, byte for byte or pixel for pixel, within a source or
 * across. Each patient's canonical id is the smallest of those that are the same.
 * @returns canonical id by patient id, for every patient of the images
 */
export function canonicalPatients(images: readonly Identified[]): Map<string, string> {
  const parents = new Map<string, string>();
  const find = (patient: string): string => {
    let root = patient;
    for (let up = parents.get(root); up !== undefined && up !== root; up = parents.get(root)) root = up;
    parents.set(patient, root);
    return root;
  };
  const owners = new Map<string, string>();
  for (const image of images) {
    const patient = find(image.patient_id);
    for (const key of imageKeys(image)) {
      const owner = find(owners.get(key) ?? patient);
      const mine = find(patient);
      owners.set(key, owner);
      if (owner < mine) parents.set(mine, owner);
      else parents.set(owner, mine);
    }
  }
  return new Map([...parents.keys()].map((patient) => [patient, find(patient)]));
}

/** What two images share when they are the same image. */
export function imageKeys(image: Identified): string[] {
  return [`file ${image.file_sha256}`, `pixels ${image.pixel_sha256}`];
}

/**
 * Images of one source that repeat an earlier one (by image id), each with the one it repeats.
 * @param images sorted by image id
 */
export function repeatedImages<Image extends Identified>(images: readonly Image[]): Map<Image, Image> {
  const first = new Map<string, Image>();
  const repeats = new Map<Image, Image>();
  for (const image of images) {
    const keys = imageKeys(image);
    const earlier = keys.map((key) => first.get(key)).find((found) => found !== undefined);
    if (earlier) repeats.set(image, earlier);
    for (const key of keys) if (!first.has(key)) first.set(key, earlier ?? image);
  }
  return repeats;
}

/** Split of a patient of the training sources: a pure function of the patient and the seed. */
export function splitOfPatient(patient: string, { seed, splits }: CatalogConfig): 'train' | 'val' | 'test' {
  const at = hashUniform('split', seed, patient);
  if (at < splits.train) return 'train';
  return at < splits.train + splits.val ? 'val' : 'test';
}
