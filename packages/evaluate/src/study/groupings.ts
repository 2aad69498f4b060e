import { ConfigError } from '@viewgap/contracts';
import { crossed, type Stratification, strataOf, withoutEmpty } from './strata.ts';
import { type Dataset, groupColumns } from './study.ts';

/** More values than this are no groups: ids, dates. */
const MOST = 50;

/** The partitions by the columns that the user names, in their order; none by one that has a single value here. */
export function groupingsOf({ texts }: Dataset, columns: readonly string[]): Stratification[] {
  return groupColumns(columns).flatMap((column, place): Stratification[] => {
    const codes = texts[column];
    if (codes === undefined || codes.names.length < 2) return [];
    return [withoutEmpty({ by: columns[place] as string, ...codes })];
  });
}

/** @throws ConfigError for a column that groups nothing, or that has another value for nearly every image */
export function checkGroups(datasets: readonly Dataset[], columns: readonly string[]): void {
  groupColumns(columns).forEach((column, place) => {
    const counts = datasets.map(({ texts }) => texts[column]?.names.length ?? 0);
    const most = counts.reduce((largest, count) => Math.max(largest, count), 0);
    if (most >= 2 && most <= MOST) return;
    throw new ConfigError(
      'a column of evaluate.groups does not group the images',
      `${columns[place]}: ${most} ${most === 1 ? 'value' : 'values'} in a data set`,
      `name columns of 2 to ${MOST} values`,
    );
  });
}

/** Patients by age and sex, crossed; null where neither is known. */
export function patientGroups(dataset: Dataset): Stratification | null {
  const each = strataOf(dataset).filter(({ by }) => by !== 'source');
  return each.length === 0 ? null : withoutEmpty(crossed(each, dataset.images));
}

/**
 * The images that are kept, and their patients alone: what is made of a small group costs no more than the group. What
 * the files say of them beside scores and labels is left out.
 */
export function subsetOf(dataset: Dataset, keep: (image: number) => boolean): Dataset {
  let images = 0;
  const places = new Int32Array(dataset.images);
  for (let i = 0; i < dataset.images; i++) if (keep(i)) places[images++] = i;
  const kept = places.subarray(0, images);
  const numbers = new Int32Array(dataset.patients).fill(-1);
  let patients = 0;
  const patient = Int32Array.from(kept, (i) => {
    const own = dataset.patient[i] as number;
    if (numbers[own] === -1) numbers[own] = patients++;
    return numbers[own] as number;
  });
  return {
    ...dataset,
    images,
    patients,
    patient,
    ap: Uint8Array.from(kept, (i) => dataset.ap[i] as number),
    age: null,
    aspect: null,
    texts: {},
    labels: dataset.labels.map((column) => Int8Array.from(kept, (i) => column[i] as number)),
    labelSets: [],
    units: dataset.units.map(({ scores, ...unit }) => ({
      ...unit,
      viewProbe: null,
      scores: scores.map((column) => column && Float64Array.from(kept, (i) => column[i] as number)),
    })),
  };
}
