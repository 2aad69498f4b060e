import { isFrontal } from '@viewgap/contracts';
import { isUsedSplit, type PredictionImage } from './prediction-rows.ts';

/**
 * The images of one data set that enter its statistics, in the order of their ids, so that the order of the rows
 * that were read changes no bit of a sum; and how many do not enter, and why.
 */
export interface DatasetImages {
  readonly name: string;
  /** `test`, `external`, `unspecified`, several joined by +; `none` where no image is used */
  readonly split: string;
  /** number of images in use; arrays over images have this length */
  readonly images: number;
  /** number of patients in use; an image without a patient id is a patient of its own */
  readonly patients: number;
  /** number of each image's patient */
  readonly patient: Int32Array;
  /** 1 AP, 0 PA */
  readonly ap: Uint8Array;
  /** images in use that have no patient id */
  readonly orphans: number;
  /** images by view that are in no view's statistics */
  readonly otherViews: Readonly<Record<string, number>>;
  /** images by split that are left out: seen in training or in the choice of epoch */
  readonly otherSplits: Readonly<Record<string, number>>;
}

/** Images of each data set by name, with the position of every image of the table in its data set. */
export interface Layout {
  readonly datasets: readonly DatasetImages[];
  /** of each image of the table: the index of its data set */
  readonly dataset: Int32Array;
  /** of each image of the table that is in use: its position in its data set */
  readonly position: Int32Array;
}

export function layOut(images: readonly PredictionImage[]): Layout {
  const codes = new Map<string, number[]>();
  images.forEach(({ dataset }, code) => {
    const known = codes.get(dataset);
    if (known === undefined) codes.set(dataset, [code]);
    else known.push(code);
  });
  const dataset = new Int32Array(images.length);
  const position = new Int32Array(images.length).fill(-1);
  const datasets = [...codes.keys()].sort().map((name, d) => {
    const all = (codes.get(name) ?? []).map((code) => ({ code, ...(images[code] as PredictionImage) }));
    const used = all.filter(({ split, view }) => isUsedSplit(split) && isFrontal(view));
    used.sort((a, b) => (a.image_id < b.image_id ? -1 : 1));
    for (const { code } of all) dataset[code] = d;
    used.forEach(({ code }, i) => {
      position[code] = i;
    });
    return describe(name, all, used);
  });
  return { datasets, dataset, position };
}

function describe(
  name: string,
  all: readonly PredictionImage[],
  used: readonly PredictionImage[],
): DatasetImages {
  const splits = new Set(used.map(({ split }) => split ?? 'unspecified'));
  const outside = all.filter(({ split }) => !isUsedSplit(split));
  const sideways = all.filter(({ split, view }) => isUsedSplit(split) && !isFrontal(view));
  return {
    name,
    split: [...splits].sort().join('+') || 'none',
    images: used.length,
    ap: Uint8Array.from(used, ({ view }) => (view === 'AP' ? 1 : 0)),
    ...numberPatients(used.map(({ patient_id }) => patient_id)),
    otherViews: tally(sideways.map(({ view }) => view)),
    otherSplits: tally(outside.map(({ split }) => split ?? '')),
  };
}

function numberPatients(
  ids: readonly (string | null)[],
): Pick<DatasetImages, 'patient' | 'patients' | 'orphans'> {
  const codes = new Map<string, number>();
  let patients = 0;
  let orphans = 0;
  const patient = Int32Array.from(ids, (id) => {
    if (id === null) {
      orphans++;
      return patients++;
    }
    const code = codes.get(id) ?? patients++;
    codes.set(id, code);
    return code;
  });
  return { patient, patients, orphans };
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
