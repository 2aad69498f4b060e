import { rankPart } from '@viewgap/stats';
import type { Dataset } from './study.ts';

/**
 * The images that are kept, over the same clusters, so that what is made of parts can be compared. It costs no more than
 * the part. What the files say of an image beside scores and labels is left out.
 */
export function partOf(dataset: Dataset, keep: (image: number) => boolean): Dataset {
  const place = new Int32Array(dataset.images).fill(-1);
  let images = 0;
  for (let i = 0; i < dataset.images; i++) if (keep(i)) place[i] = images++;
  const kept = new Int32Array(images);
  for (let i = 0; i < dataset.images; i++) if (place[i] !== -1) kept[place[i] as number] = i;
  const scoresOf = (whole: Float64Array) => {
    const part = new Float64Array(images);
    for (let k = 0; k < images; k++) part[k] = whole[kept[k] as number] as number;
    rankPart(part, whole, place);
    return part;
  };
  return {
    ...dataset,
    images,
    patient: dataset.patient.filter((_, i) => place[i] !== -1),
    ap: dataset.ap.filter((_, i) => place[i] !== -1),
    age: null,
    aspect: null,
    texts: {},
    labels: dataset.labels.map((column) => column.filter((_, i) => place[i] !== -1)),
    labelSets: [],
    units: dataset.units.map(({ scores, ...unit }) => ({
      ...unit,
      viewProbe: null,
      scores: scores.map((column) => column && scoresOf(column)),
    })),
  };
}

/** The images that are kept, and their clusters alone, numbered anew. */
export function subsetOf(whole: Dataset, keep: (image: number) => boolean): Dataset {
  const part = partOf(whole, keep);
  const numbers = new Int32Array(whole.patients).fill(-1);
  let patients = 0;
  const patient = part.patient.map((own) => {
    if (numbers[own] === -1) numbers[own] = patients++;
    return numbers[own] as number;
  });
  return { ...part, patients, patient };
}
