import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentProgress } from '@viewgap/contracts';
import { describe, expect, test, vi } from 'vitest';
import { beside, cell, findings, ids, layoutMetrics, lines, scores, wanted } from '../test/layouts.ts';
import { inFolder } from '../test/testing.ts';
import { LONG } from './input/files/prediction-columns.ts';
import { readStudy } from './input/read-study.ts';

// Real DuckDB files, synced to a disk that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const layout = { ...beside, labelList: 'Labels' };
const table = (spell: (names: readonly string[]) => string) =>
  lines(['image_id', 'patient_id', 'view', 'Labels'], (id) => [
    id,
    cell(id, 'PTX').patient_id,
    cell(id, 'PTX').view,
    `"${spell(findings.filter((f) => cell(id, f).label === 1)).replaceAll('"', '""')}"`,
  ]);
const joinedBy = (separator: string) => (names: readonly string[]) => names.join(separator) || 'No Finding';

describe('a column may list the findings', () => {
  test.each<[string, (names: readonly string[]) => string]>([
    ['with bars', joinedBy('|')],
    ['with bars and blanks', joinedBy(' | ')],
    ['with semicolons', joinedBy(';')],
    ['with commas and blanks', joinedBy(', ')],
    ['in lower case', (names) => joinedBy('|')(names).toLowerCase()],
    ["as Python's list", (names) => `[${names.map((name) => `'${name}'`).join(', ')}]`],
    ['as JSON', (names) => JSON.stringify(names)],
    ['as an array of Postgres', (names) => `{${names.join(',')}}`],
  ])('%s', async (_, spell) => {
    expect((await layoutMetrics({ 'scores.csv': scores, 'labels.csv': table(spell) }, layout)).cells).toEqual(
      wanted,
    );
  });

  test('and an empty list is not known, where "No Finding" is absent', async () => {
    const unknown = table((names) => names.join('|'));
    const { cells } = await layoutMetrics({ 'scores.csv': scores, 'labels.csv': unknown }, layout);
    const listed = ids.filter(
      (id) => findings.some((f) => cell(id, f).label === 1) && cell(id, 'PTX').view === 'AP',
    );
    expect(cells.find(({ finding, view }) => finding === 'PTX' && view === 'AP')?.n).toBe(listed.length);
  });
});

describe('names of a list that are no names of scores', () => {
  async function warnings(labels: string): Promise<string[]> {
    const said: string[] = [];
    await inFolder(async (folder) => {
      const paths = { scores: join(folder, 'scores.csv'), labels: join(folder, 'labels.csv') };
      await writeFile(paths.scores, scores);
      await writeFile(paths.labels, labels);
      const progress = { ...silentProgress, log: (line: string) => said.push(line) };
      const all = { ...LONG, ...layout, labels: paths.labels, cluster: 'patient' };
      await readStudy([paths.scores], all, { findings: null, labelSet: null }, progress);
    });
    return said;
  }

  test('are said: a finding that no list names, with the nearest name, and how many names have no scores', async () => {
    expect(await warnings(table(joinedBy('|')))).toEqual([]);
    const other = table((names) => joinedBy('|')(names.map((name) => (name === 'PTX' ? 'PTX1' : name))));
    const lists = ids.filter((id) => cell(id, 'PTX').label === 1).length;
    expect(await warnings(other)).toEqual([
      'evaluate: no list of labels names PTX: "Labels" of labels.csv (did you mean "ptx1"?)',
      `evaluate: 1 name without scores in ${lists} lists of labels: "Labels" of labels.csv`,
    ]);
    const far = table((names) =>
      joinedBy('|')(names.map((name) => (name === 'PTX' ? 'HONG GILDONG' : name))),
    );
    expect((await warnings(far)).join('\n')).not.toMatch(/hong/i);
  });

  test('are an error where no list names any', async () => {
    await expect(warnings(table((names) => (names.length > 0 ? 'HONG' : 'No Finding')))).rejects.toThrow(
      'no list of labels names a finding that has scores: "Labels" of labels.csv (write the names of the findings alike in both, or name another column)',
    );
  });
});
