import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metrics } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { CONFIG, evaluateInto, FIXTURES, inFolder, near, zechRows } from '../../test/testing.ts';

type GroupRow = Metrics['groups'][number];
type Expected = Partial<GroupRow> & { estimate: number; se?: number };

/** Numbers of fixtures/make_groups.py: numpy, scikit-learn. */
const expected: Expected[] = JSON.parse(await readFile(join(FIXTURES, 'groups-expected.json'), 'utf8'));

/** The table of a CSV file with a column of the user's own. */
async function groupsOf(groups: string[], scanner = (patient: number) => `S${patient % 3}`) {
  const rows = (await zechRows()).filter(({ seed }) => seed === 0);
  const names = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => {
    const patient = Number(row.patient_id);
    const own = [patient % 7 < 3 ? 'F' : 'Male', 20 + (patient % 60), scanner(patient)];
    return [...names.map((name) => row[name as keyof typeof row] ?? ''), ...own].join(',');
  });
  const text = `${[...names, 'sex', 'age_years', 'scanner'].join(',')}\n${lines.join('\n')}\n`;
  let found: readonly GroupRow[] = [];
  await inFolder(async (folder) => {
    const path = join(folder, 'scores.csv');
    await writeFile(path, text.replaceAll('Male', 'M'));
    await evaluateInto(folder, [path], { config: { ...CONFIG, groups } });
    found = (JSON.parse(await readFile(join(folder, 'out', 'metrics.json'), 'utf8')) as Metrics).groups;
  });
  return found;
}

const groups = await groupsOf(['sex', 'scanner']);

function find(key: Partial<GroupRow>): GroupRow {
  const found = groups.filter(
    (row) =>
      (row.model === null || row.model === 'model1') &&
      Object.entries(key).every(([name, value]) => row[name as keyof GroupRow] === value),
  );
  expect(found).toHaveLength(1);
  return found[0] as GroupRow;
}

describe('groups of a table of scores, as numpy and scikit-learn have them', () => {
  test.each(
    expected.map(
      (row) =>
        [`${row.of} by ${row.grouped_by}, ${row.group_name}: ${row.finding} in ${row.view}`, row] as const,
    ),
  )(
    '%s',
    (_, { grouped_by, of, group_name, finding, view, estimate, se, n, positives, clusters, ...row }) => {
      const { positive_clusters, negative_clusters, other_group } = row;
      const counts = { n, positives, positive_clusters, negative_clusters, clusters, other_group };
      expect(find({ grouped_by, of, group_name, finding, view } as Partial<GroupRow>)).toMatchObject({
        estimate: near(estimate, 1e-10),
        ...(se !== undefined && { se: near(se, 1e-10) }),
        ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== undefined)),
      });
    },
  );
});

test('an interval of the range holds it, is never below 0, and it has no test', () => {
  const ranges = groups.filter(({ of }) => of === 'range');
  expect(ranges).toHaveLength(2 * 3 * 6);
  for (const { estimate, ci_low, ci_high, p, note } of ranges) {
    expect(ci_low).toBeGreaterThanOrEqual(0);
    expect(estimate).toBeGreaterThanOrEqual(ci_low as number);
    expect(ci_high).toBeGreaterThan(estimate as number);
    expect(p).toBeNull();
    expect(note).toContain('above 0 by chance alone');
  }
});

test('findings are adjusted for each other, their mean is not', () => {
  const gaps = groups.filter((row) => row.of === 'gap' && row.model === 'model1' && row.view === 'all');
  const smallest = gaps.slice(0, -1).toSorted((a, b) => (a.p ?? 1) - (b.p ?? 1))[0];
  expect(smallest?.p_adjusted).toBeCloseTo(Math.min(1, 5 * (smallest?.p ?? 1)), 12);
  expect(gaps.at(-1)).toMatchObject({ finding: 'mean', p_adjusted: null });
});

test('patients by age and sex stand in the table without being asked for, within each view', async () => {
  const own = await groupsOf([]);
  expect(new Set(own.map(({ grouped_by }) => grouped_by))).toEqual(new Set(['age x sex']));
  expect(new Set(own.map(({ view }) => view))).toEqual(new Set(['AP', 'PA']));
  expect(new Set(own.map(({ group_name }) => group_name)).size).toBe(8);
});

test.each([
  ['another value for each patient', (patient: number) => `serial-${patient}`, /scanner: \d+ values/],
  ['one value', () => 'S1', 'scanner: 1 value in a data set'],
])('a column of %s groups nothing', async (_, scanner, message) => {
  await expect(groupsOf(['scanner'], scanner)).rejects.toThrow(message);
});

test('a column that the file does not have is named, with the nearest', async () => {
  await expect(groupsOf(['scaner'])).rejects.toThrow('no column scaner');
});
