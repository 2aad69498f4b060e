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
