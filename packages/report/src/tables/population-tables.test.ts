import { expect, test } from 'vitest';
import type { CatalogSummary } from '../inputs/catalog-summary.ts';
import { populationTable, prevalenceTable } from './population-tables.ts';

const population = {
  source: 'nih',
  view: 'AP',
  images: 10,
  patients: 8,
  age_median: 52,
  age_q1: 40,
  age_q3: 61.5,
  age_unknown: 3,
  female: 4,
  male: 5,
  sex_unknown: 1,
  no_finding: 2,
  no_finding_unknown: 0,
  none_of_findings: 4,
  none_of_findings_unknown: 6,
  supine: 0,
  view_conflicts: 1,
};
const prevalence = {
  source: 'nih',
  view: 'AP',
  finding: 'PTX',
  label_set: 'google2019',
  positive: 3,
  negative: 5,
  unknown: 2,
  positive_patients: 2,
};
const catalog = (some: Partial<CatalogSummary>) => some as CatalogSummary;

test('a source and view has its counts with what is not known, and its ages as quartiles', () => {
  const [row] = populationTable(catalog({ populations: [population] })).rows;
  expect(row?.values).toMatchObject({
    images: 10,
    age_unknown: 3,
    sex_unknown: 1,
    none_of_findings_unknown: 6,
  });
  expect(row?.values.age).toEqual({ value: 52, ci: [40, 61.5] });
});

test('where no age is known the cell says so', () => {
  const nameless = { ...population, age_median: null, age_q1: null, age_q3: null };
  const [row] = populationTable(catalog({ populations: [nameless] })).rows;
  expect(row?.values.age).toEqual({ value: null, ci: null });
  expect(row?.notes?.age).toBe('no age is known');
});

test('prevalence is a share of the known labels: an unknown one is no negative', () => {
  const unknown = { ...prevalence, finding: 'FIB', positive: 0, negative: 0, unknown: 10 };
  const consolidation = { ...prevalence, finding: 'CSN' };
  const { rows } = prevalenceTable(
    catalog({ findings: ['CSN', 'PTX', 'FIB'], prevalences: [unknown, prevalence, consolidation] }),
  );
  expect(rows.map(({ values }) => values.finding)).toEqual(['CSN', 'PTX', 'FIB']);
  expect(rows[1]?.values.prevalence).toBe(37.5);
  expect(rows[2]?.values.prevalence).toBeNull();
  expect(rows[2]?.notes?.prevalence).toBe('no label is known');
});
